import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Flow B: a payment at a terminal that is paired with a POS.
@Suite(.timeLimit(.minutes(2))) struct FlowBTests {
    let agent = Device.pos(World.till)

    /// Submits at the paired terminal; the command has gone to the POS agent.
    func begin(_ world: inout World) throws -> (ReturnAddress, Command) {
        let phone = world.submit(world.submission(at: World.paired))
        return (phone, try #require(world.commands.first))
    }

    @Test func theAgentStartsOnlyWhenReceivedIsDurable() throws {
        var world = World()
        let (_, command) = try begin(&world)
        #expect(command.what == .enterAndSend)
        #expect(world.call(agent, .received(command.id, at: world.now)) == .proceed(command.id))
        #expect(world.log.events.map(\.1.kind) == [.accepted, .deviceReceived])
        #expect(
            world.call(agent, .received(command.id, at: world.now)) == .proceed(command.id), "a repeat may go on too")
    }

    @Test(arguments: [POSAnswer.approved, .declined(ReasonCode("noFunds")!)])
    func thePOSsAnswerIsTheOutcome(answer: POSAnswer) throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        #expect(world.call(agent, .result(command.id, .entered(answer), at: world.now)) == .taken(command.id))
        #expect(
            world.status(for: phone)?.outcome == (answer == .approved ? .approved : .declined(ReasonCode("noFunds")!)))
        #expect(world.everyRequest.isEmpty, "the POS has a line of its own")
    }

    @Test func enteredWithoutAnAnswerIsHandedOver() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.call(agent, .result(command.id, .entered(nil), at: world.now))
        #expect(world.status(for: phone)?.outcome == .handedOver(.yes))
        #expect(world.status(for: phone)?.reconciliation == [])
    }

    @Test func whatTheAgentSawStandsInTheJournal() throws {
        var world = World()
        let (_, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        let sum = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!
        let evidence = Evidence(.receiptNumber(Evidence.Text("R-1\n")!), amount: .checked, sum: sum)
        for _ in 0..<2 { world.call(agent, .result(command.id, .entered(nil), evidence, at: world.now)) }
        #expect(world.log.transactions[command.id.transaction]?.evidence == evidence)
        let events = world.log.events.map(\.1)
        #expect(events.map(\.kind) == [.accepted, .deviceReceived, .evidence, .concluded])
        #expect(events[2].detail == "receiptNumber R-1\\u{A}, 12.50 EUR, checked")
    }

    @Test func evidenceThatComesLateIsKeptOnce() throws {
        var world = World()
        let (_, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.pass(CommandStateMachine.Limits.result)
        let evidence = Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .unchecked)
        for _ in 0..<2 { world.call(agent, .result(command.id, .entered(.approved), evidence, at: world.now)) }
        #expect(world.log.transactions[command.id.transaction]?.evidence == evidence)
        #expect(world.log.events.map(\.1.kind).filter { $0 == .evidence }.count == 1)
    }

    @Test func uncertainIsHandedOverMaybeAndMarked() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.call(agent, .result(command.id, .uncertain, at: world.now))
        #expect(world.status(for: phone)?.outcome == .handedOver(.maybe))
        let marked = world.log.transactions[command.id.transaction]
        #expect(marked?.reconciliation == [.handedOverMaybe])
        #expect(world.status(for: phone)?.reconciliation == [.handedOverMaybe], "the first answer says it too")
        #expect(world.tellings.map(\.3.reconciliation) == [[.handedOverMaybe]])
    }

    @Test func theWordThatWasMissingIsWrittenDownForThePersonWhoIsAsked() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.pass(CommandStateMachine.Limits.result)
        #expect(world.status(for: phone)?.outcome == .handedOver(.maybe))
        for _ in 0..<2 {
            let reply = world.call(agent, .result(command.id, .entered(.approved), at: world.now))
            #expect(reply == .taken(command.id))
        }
        let late = world.log.events.map(\.1).filter { $0.kind == .answered }
        #expect(late.map { $0.detail.contains("approved") } == [true], "once")
        #expect(world.outcome(of: command.id.transaction) == .handedOver(.maybe), "an outcome never changes")
        #expect(world.log.transactions[command.id.transaction]?.reconciliation == [.handedOverMaybe])
    }

    @Test func aRefusalBeforeThePOSSendsMeansNothingWasSent() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.call(agent, .result(command.id, .refused(ReasonCode("noOpenSale")!), at: world.now))
        #expect(world.status(for: phone)?.outcome == .failed(.deviceRefused))
        #expect(world.status(for: phone)?.deviceReason == ReasonCode("noOpenSale"))
        #expect(world.status(for: phone)?.sent == .no)
    }

    @Test func anAgentThatNeverSaidReceivedMustNotHaveActed() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        guard case .refused? = world.call(agent, .result(command.id, .entered(.approved), at: world.now)) else {
            Issue.record("a result without `proceed` is out of turn")
            return
        }
        #expect(world.status(for: phone)?.outcome == .handedOver(.maybe), "the POS may have booked")
    }

    @Test func anAgentLostAfterProceedLeavesUncertainty() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.disconnect(agent)
        world.pass(.seconds(44))
        #expect(world.answer(to: phone) == nil)
        world.pass(.seconds(1))
        #expect(world.status(for: phone)?.outcome == .handedOver(.maybe))
    }

    /// What was begun in time may be finished: the POS has it, whatever becomes of the code meanwhile.
    @Test func anAgentThatHasBegunHasItsTimeThoughTheCodeExpires() throws {
        for pause in [44, 45] as [Int64] {
            var world = World()
            let submission = world.submission(at: World.paired, expiresAt: world.now + .seconds(20))
            let phone = world.submit(submission)
            let command = try #require(world.commands.first)
            world.call(agent, .received(command.id, at: world.now))
            world.pass(.seconds(25))
            #expect(world.answer(to: phone) == nil, "the code is over, the command is not")
            world.pass(.seconds(pause - 25))
            world.call(agent, .result(command.id, .entered(.approved), at: world.now))
            #expect(world.status(for: phone)?.outcome == (pause == 44 ? .approved : .handedOver(.maybe)))
        }
    }

    @Test func whoAsksAgainHasNoMoreTimeForIt() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.pass(.seconds(29))
        #expect(world.call(agent, .received(command.id, at: world.now)) == .proceed(command.id))
        world.pass(.seconds(16))
        #expect(world.status(for: phone)?.outcome == .handedOver(.maybe), "45 s from the first time")
    }

    @Test func anAgentThatComesBackInTimeTellsWhatBecameOfTheCommand() throws {
        var world = World()
        let (phone, command) = try begin(&world)
        world.call(agent, .received(command.id, at: world.now))
        world.disconnect(agent)
        world.pass(.seconds(10))
        world.connect(agent)
        #expect(world.commands.isEmpty, "a command that was received is not sent again")
        world.call(agent, .result(command.id, .entered(.approved), at: world.now))
        #expect(world.status(for: phone)?.outcome == .approved)
    }
}

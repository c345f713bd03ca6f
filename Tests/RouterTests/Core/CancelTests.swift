import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// A cancel at every stage, with its races.
@Suite(.timeLimit(.minutes(2))) struct CancelTests {
    @Test func beforeTheTerminalSubmitsItEndsTheTransaction() throws {
        var world = World()
        let phone = world.submit(world.submission())
        let command = try #require(world.commands.first)
        let cancel = world.cancel(command.id.transaction)
        #expect(world.status(for: phone)?.outcome == .failed(.canceled))
        #expect(world.status(for: cancel)?.outcome == .failed(.canceled))
        #expect(world.status(for: cancel)?.sent == .no)
        #expect(world.cancels == [command.id])
        let late = world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(late == .refused(Refused(.tooLate)))
        #expect(world.everyRequest.isEmpty)
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: next)?.state == .commanded, "the device is free")
    }

    @Test func aRequestThatNoAdapterTookYetIsNotSent() throws {
        var world = World()
        let phone = world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.step(.adapterLost(World.adapter))
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        world.cancel(command.id.transaction)
        #expect(world.status(for: phone)?.outcome == .failed(.canceled))
        world.ready()
        #expect(world.requests.isEmpty)
    }

    @Test func onceTheDestinationIsAskedItLeadsToAReversal() {
        var world = World()
        let (phone, request) = world.askDestination()
        let cancel = world.cancel(request.transaction, wait: .zero)
        #expect(world.status(for: cancel)?.state == .reversing)
        #expect(world.status(for: cancel)?.isCancelRequested == true)
        world.tell(request.transaction, .reversal(.confirmed))
        #expect(world.status(for: phone)?.outcome == .reversed)
        let repeated = world.cancel(request.transaction)
        #expect(world.status(for: repeated)?.outcome == .reversed, "a repeat is told what came of it")
    }

    @Test func fromPendingAndUnknownToo() {
        for answer in [DestinationAnswer.pendingCustomer, .unknown] {
            var world = World()
            let (_, request) = world.askDestination()
            world.answer(request.transaction, answer)
            world.cancel(request.transaction)
            #expect(world.state(of: request.transaction) == .reversing)
            #expect(world.reversals.map(\.0) == [request.transaction])
        }
    }

    @Test func afterTheOutcomeItIsTooLate() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        let cancel = world.cancel(request.transaction)
        #expect(world.refusal(for: cancel) == .alreadyFinal)
        let stranger = world.cancel(TransactionID(high: 0x019A_0B5C_7E10_7000, low: 0x8000_0000_0000_0000, journal: 0)!)
        #expect(world.refusal(for: stranger) == .unknownTransaction)
    }

    @Test func anAgentThatHasNotBegunNeverDoes() throws {
        var world = World()
        let phone = world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.cancel(command.id.transaction)
        #expect(world.status(for: phone)?.outcome == .failed(.canceled))
        let reply = world.call(.pos(World.till), .received(command.id, at: world.now))
        #expect(reply == .refused(Refused(.tooLate)))
    }

    @Test func anAgentThatHasBegunDecides() throws {
        for result in [CommandResult.refused(ReasonCode("canceled")!), .entered(.approved()), .uncertain] {
            var world = World()
            let phone = world.submit(world.submission(at: World.paired))
            let command = try #require(world.commands.first)
            #expect(world.call(.pos(World.till), .received(command.id, at: world.now)) == .proceed(command.id))
            let cancel = world.cancel(command.id.transaction, wait: .zero)
            #expect(world.cancels == [command.id], "it is passed on")
            #expect(world.status(for: cancel)?.state == .commanded)
            world.disconnect(.pos(World.till))
            world.connect(.pos(World.till))
            #expect(world.cancels == [command.id], "and told again to an agent that was away")
            world.call(.pos(World.till), .result(command.id, result, at: world.now))
            switch result {
            case .refused: #expect(world.status(for: phone)?.outcome == .failed(.canceled))
            case .entered: #expect(world.status(for: phone)?.outcome == .approved(), "the result stands")
            case .uncertain: #expect(world.status(for: phone)?.outcome == .handedOver(.maybe))
            }
        }
    }

    @Test func aDeviceMayCancelItsCommandAndItsScan() throws {
        var world = World()
        let phone = world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        let reply = world.call(.terminal(World.alone), .cancel(.command(command.id), at: world.now))
        #expect(reply == .taken(command.id))
        #expect(world.state(of: command.id.transaction) == .reversing)
        #expect(world.answer(to: phone) == nil)
        let other = world.call(.terminal(World.paired), .cancel(.command(command.id), at: world.now))
        #expect(other == .refused(Refused(.unknownCommand)), "another device's")

        world.call(.terminal(World.alone), .scan(ScanTests().scan("scan-1", code: 9), at: world.now))
        let id = try #require(world.requests.first?.0.transaction)
        let scanned = world.call(.terminal(World.alone), .cancel(.scan(SubmissionKeyText("scan-1")!), at: world.now))
        #expect(scanned == .taken(CommandID(id)))
        #expect(world.state(of: id) == .reversing)
    }

    @Test func aCancelIsRememberedOverARestart() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.cancel(command.id.transaction, wait: .zero)
        world.restart()
        #expect(world.history.filter { if case .order(.cancel, _) = $0 { true } else { false } }.count >= 2)
        world.call(.pos(World.till), .result(command.id, .refused(ReasonCode("canceled")!), at: world.now))
        #expect(world.outcome(of: command.id.transaction) == .failed(.canceled))
    }
}

import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import POSAgent

@Suite(.timeLimit(.minutes(2))) struct AgentCoreTests {
    private var world = AgentWorld()
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!

    @Test mutating func nothingIsDoneBeforeProceed() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.received(command.id, at: world.relayTime)])
        #expect(world.steps.isEmpty)
        #expect(world.journal[command.id]?.report == .met)
        world.relayReported(.answered(.received(command.id), .proceed(command.id)))
        #expect(world.lastStep == .locate(command.application))
    }

    @Test mutating func aCommandGoesThroughItsSteps() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 6, sale: euros)
        #expect(
            world.steps.map(\.step) == [
                .locate(command.application), .activate(world.window),
                .enter(world.opening, mark: command.id, command.sealed, command.sealedFor),
                .look(world.opening, command.sealed, command.sealedFor),
                .send(world.opening, mark: command.id, sum: euros),
                .confirm(command.id, wait: .seconds(10)),
            ])
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        let evidence = Evidence(receipt: "R-1", amount: .checked, sum: euros)
        #expect(world.calls.last == .result(command.id, .entered(.approved()), evidence, at: world.relayTime))
        #expect(world.lastStep == .finish)
        world.relayReported(.answered(.result(command.id), .taken(command.id)))
        #expect(world.journal[command.id]?.isFinished == true)
    }

    /// The fence against sending twice: what `send` needs to be remembered by is durable before `send` leaves.
    @Test mutating func theJournalKnowsBeforeTheSending() {
        let command = world.command(1)
        world.advance(command, to: 4)
        #expect(world.journal[command.id]?.report != .sending)
        world.driven(.seen(.open(.code, sale: nil)))
        #expect(world.journal[command.id]?.report == .sending)
        #expect(world.lastStep == .send(world.opening, mark: command.id, sum: nil))
    }

    @Test(arguments: [
        (1, DriverNews.failed(.refused(ReasonCode("noSuchWindow")!)), "locate.noSuchWindow"),
        (1, .failed(.unreachable), "locate.unreachable"), (2, .failed(.silent), "activate.silent"),
        (2, .failed(.refused(ReasonCode("noOpenSale")!)), "activate.noOpenSale"), (3, .unreadable, "unreadable"),
    ])
    mutating func beforeAnythingIsEnteredEachFailureIsARefusal(step: Int, news: DriverNews, reason: String) throws {
        let command = world.command(1)
        world.advance(command, to: step)
        world.driven(news)
        let refusal = CommandResult.refused(try #require(ReasonCode(reason)))
        #expect(world.calls.last == .result(command.id, refusal, nil, at: world.relayTime))
        #expect(world.journal[command.id]?.report == .ended(refusal, nil))
    }

    @Test(arguments: [DriverFailure.broken, .silent, .unreachable, .refused(ReasonCode("markUsed")!)])
    mutating func afterTheSendingAFailureIsAskedAbout(failure: DriverFailure) {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(failure))
        #expect(world.lastStep == .confirm(command.id, wait: .seconds(10)))
        world.driven(.confirmed(.finished(receipt: "R-9", .declined(ReasonCode("codeUsed")!))))
        #expect(world.calls.last?.action == .result)
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.declined(ReasonCode("codeUsed")!)), Evidence(receipt: "R-9", amount: .unchecked)))
    }

    @Test mutating func withoutEvidenceTheAgentIsUncertain() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        world.driven(.failed(.refused(ReasonCode("unknownMark")!)))
        #expect(world.lastStep == .clear(world.opening), "whatever became of it, the code must not stand there")
        world.driven(.seen(.unknown))
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
    }

    @Test mutating func aReceiptIsEvidenceEvenWithoutAnAnswer() {
        let command = world.command(1)
        world.advance(command, to: 6)
        for _ in 0..<4 {
            #expect(world.journal[command.id]?.report == .sending)
            world.now += .seconds(10)
            world.driven(.confirmed(.sending(receipt: "R-1")))
        }
        #expect(
            world.journal[command.id]?.report == .ended(.entered(nil), Evidence(receipt: "R-1", amount: .unchecked)))
    }

    /// It says "sending" without the wait that it was asked for.
    @Test mutating func aPOSProgramThatDoesNotWaitIsAskedOnceASecond() {
        let command = world.command(1)
        world.advance(command, to: 6)
        var confirmations = 1
        while world.journal[command.id]?.report == .sending, confirmations < 1_000 {
            let steps = world.steps.count
            world.driven(.confirmed(.sending(receipt: "R-1")))
            guard world.journal[command.id]?.report == .sending else { break }
            #expect(world.steps.count == steps, "not at once")
            #expect(world.core.deadline == world.now + AgentCore.retryDelay)
            world.pass(AgentCore.retryDelay)
            #expect(world.steps.count == steps + 1)
            confirmations += 1
        }
        #expect((30...40).contains(confirmations))
        #expect(world.now <= .seconds(100) + AgentCore.resultTimeout, "in time for the relay")
        #expect(
            world.journal[command.id]?.report == .ended(.entered(nil), Evidence(receipt: "R-1", amount: .unchecked)))
    }

    @Test mutating func aPOSProgramThatHasNotNoticedTheBreakIsAskedAgain() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        world.driven(.failed(.refused(.driverBusy)))
        #expect(world.journal[command.id]?.report == .sending)
        world.pass(.seconds(1))
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved()), Evidence(receipt: "R-1", amount: .unchecked))
        )
    }

    @Test mutating func aConfirmationThatFailsIsRepeatedUntilTheResultIsDue() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.driven(.failed(.broken))
        var confirmations = 1
        while world.journal[command.id]?.report == .sending, confirmations < 100 {
            world.driven(.failed(.unreachable))
            world.pass(.seconds(1))
            confirmations += 1
        }
        #expect(world.journal[command.id]?.report == .ended(.uncertain, nil))
        #expect(world.now <= .seconds(100) + AgentCore.resultTimeout, "in time for the relay")
        #expect(confirmations > 20)
    }

    @Test mutating func aDriverThatHangsIsGivenUp() {
        let command = world.command(1)
        world.advance(command, to: 2)
        let hanging = world.steps.last?.number ?? 0
        world.pass(.seconds(6))
        #expect(world.calls.last?.action == .result)
        world.receive(.driven(hanging, .activated(ActiveWindow(world.opening, sale: nil))))
        #expect(!world.steps.contains { if case .enter = $0.step { true } else { false } }, "late news change nothing")
    }

    @Test mutating func anotherSumIsRefusedBeforeAnythingIsEntered() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 3, sale: Amount(minorUnits: 1251, unit: euros.unit))
        #expect(world.calls.last == .result(command.id, .refused(.amountMismatch), nil, at: world.relayTime))
        #expect(world.steps.map(\.step).suffix(2) == [.clear(world.opening), .finish])
    }

    @Test mutating func aSumThatCannotBeReadIsSaidToBeUnchecked() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 6, sale: nil)
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved()), Evidence(receipt: "R-1", amount: .unchecked)))
    }

    @Test mutating func aWindowOfAnotherOperationIsNotUsed() {
        let command = world.command(1, operation: .accrue)
        world.advance(command, to: 1)
        world.driven(.located(world.window))
        #expect(world.calls.last == .result(command.id, .refused(.otherOperation), nil, at: world.relayTime))
    }

    @Test mutating func aStaleCommandIsNotSent() {
        let command = world.command(1)
        world.advance(command, to: 3)
        world.now += .seconds(31)
        world.driven(.entered)
        world.driven(.seen(.closed))
        #expect(world.calls.last == .result(command.id, .refused(.expired), nil, at: world.relayTime))
        #expect(!world.steps.contains { if case .send = $0.step { true } else { false } })
    }

    @Test(arguments: 0...4) mutating func aCancelCountsBeforeTheSending(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        world.relayReported(.cancel(command.id))
        switch step {
        case 0: break
        case 1: world.driven(.located(world.window))
        case 2: world.driven(.activated(ActiveWindow(world.opening, sale: nil)))
        case 3: world.driven(.entered)
        default: world.driven(.seen(.open(.code, sale: nil)))
        }
        if step > 2 { world.driven(.seen(.closed)) }
        #expect(world.calls.last == .result(command.id, .refused(.canceled), nil, at: world.relayTime))
        #expect(!world.steps.contains { if case .send = $0.step { true } else { false } })
    }

    @Test mutating func aCancelAfterTheSendingChangesNothing() {
        let command = world.command(1)
        world.advance(command, to: 5)
        world.relayReported(.cancel(command.id))
        world.driven(.sent(receipt: "R-1"))
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved()), Evidence(receipt: "R-1", amount: .unchecked)))
    }

    /// A crash before anything was entered: nothing was sent, and it is said. After the sending the agent is uncertain.
    /// The command does not run again, even if it comes again.
    @Test(arguments: [0, 1, 2, 5, 6]) mutating func aCommandIsNeverRunAgainAfterACrash(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        let steps = world.steps.count
        world.crash()
        #expect(world.calls.last == .resume([command.id]))
        world.resumeCommanded(command.id)
        let expected: CommandResult = step < 3 ? .refused(.interrupted) : .uncertain
        #expect(world.calls.last == .result(command.id, expected, nil, at: world.relayTime))
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.calls.last == .result(command.id, expected, nil, at: world.relayTime))
        #expect(world.steps.count == steps)
    }

    /// The same, when the relay sends the command again before it answers `resume`.
    @Test(arguments: 5...6) mutating func whatWasAboutToBeSentIsUncertainToARepeatedCommand(step: Int) {
        let command = world.command(1)
        world.advance(command, to: step)
        let steps = world.steps.count
        world.crash()
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.calls.last == .result(command.id, .uncertain, nil, at: world.relayTime))
        #expect(world.steps.count == steps)
    }

    @Test mutating func aRepeatedCommandIsNotRunTwice() {
        let command = world.command(1)
        world.advance(command, to: 5)
        let steps = world.steps.count
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.steps.count == steps)
    }

    @Test mutating func aSecondCommandIsRefused() {
        world.advance(world.command(1), to: 2)
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        #expect(world.calls.last == .result(second.id, .refused(.deviceBusy), nil, at: world.relayTime))
    }

    @Test mutating func withoutProceedNothingHappens() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.failed(.received(command.id), .refused(DeviceError(Refused(.tooLate), to: .pos))))
        world.relayReported(.answered(.received(command.id), .proceed(command.id)))
        #expect(world.steps.isEmpty)
        #expect(world.journal[command.id]?.isFinished == true)
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        #expect(world.calls.last == .received(second.id, at: world.relayTime))
    }

    @Test mutating func aResultIsRepeatedUntilItIsTaken() {
        let command = world.command(1)
        world.advance(command, to: 1)
        world.driven(.failed(.refused(ReasonCode("noSuchWindow")!)))
        world.relayReported(.failed(.result(command.id), .refused(DeviceError(Refused(.relayLost), to: .pos))))
        world.pass(.seconds(1))
        world.relayReported(.failed(.result(command.id), .connectionLost))
        world.relayReported(.lost)
        world.open()
        world.resumeCommanded(command.id)
        #expect(world.calls.map(\.action) == [.received, .result, .result, .resume, .result])
    }

    @Test mutating func anEndWaitsForWhatWasBegunAndBeginsNothing() {
        let command = world.command(1)
        world.advance(command, to: 6)
        world.receive(.stopping)
        #expect(!world.hasStopped)
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        #expect(world.calls.last == .result(second.id, .refused(.deviceBusy), nil, at: world.relayTime))
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        #expect(world.calls.last?.action == .result)
        #expect(world.hasStopped)
    }

    @Test mutating func aLostSessionDoesNotStopWhatWasBegun() {
        let command = world.command(1)
        world.advance(command, to: 2)
        world.relayReported(.lost)
        world.driven(.activated(ActiveWindow(world.opening, sale: nil)))
        world.driven(.entered)
        world.driven(.seen(.open(.code, sale: nil)))
        world.driven(.sent(receipt: "R-1"))
        world.driven(.confirmed(.finished(receipt: "R-1", .approved())))
        world.open()
        world.resumeCommanded(command.id)
        let evidence = Evidence(receipt: "R-1", amount: .unchecked)
        #expect(world.calls.last == .result(command.id, .entered(.approved()), evidence, at: world.relayTime))
    }

    /// Whatever comes in whatever order: `send` leaves once for a command, and the word on it does not change.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func nothingIsSentTwice(block: UInt64) {
        var ends = Set<String>()
        for seed in block * 80..<block * 80 + 80 { ends.formUnion(live(seed: seed)) }
        let rare = ["uncertain", "entered(nil)", "canceled", "interrupted", "deviceBusy", "expired", "unreadable"]
        for end in rare { #expect(ends.contains { $0.contains(end) }, "\(end) did not come up") }
    }

    /// How a POS program in a mood ends a step.
    private func news(of step: DriverStep?, _ random: inout Lottery) -> DriverNews {
        let failures: [DriverFailure] = [.broken, .silent, .unreachable, .refused(.markUsed), .readBackDiffers]
        if Int.random(in: 0..<6, using: &random) == 0 {
            return .failed(failures.randomElement(using: &random) ?? .broken)
        }
        let answers: [POSAnswer?] = [.approved(), .declined(.declined), nil]
        let isDone = Bool.random(using: &random)
        let sights: [WindowSight] = [
            .open(.code, sale: nil), .open(.code, sale: nil), .open(.code, sale: nil), .open(.other, sale: nil),
            .open(.empty, sale: nil), .closed, .sent, .unknown,
        ]
        return switch step {
        case .locate, .finish, .probe, nil: .located(world.window)
        case .activate:
            .activated(ActiveWindow(WindowOpening(window: "w-1", serial: "\(random.next())")!, sale: nil))
        case .enter: Int.random(in: 0..<6, using: &random) == 0 ? .unreadable : .entered
        case .look: .seen(sights.randomElement(using: &random) ?? .closed)
        case .clear: .seen(sights.dropFirst(2).randomElement(using: &random) ?? .closed)
        case .send: .sent(receipt: "R-1")
        case .confirm where isDone: .confirmed(.finished(receipt: "R-1", answers.randomElement(using: &random) ?? nil))
        case .confirm: .confirmed(.sending(receipt: "R-1"))
        }
    }

    /// One agent's life under one seed.
    /// - Returns: how its commands ended.
    private func live(seed: UInt64) -> Set<String> {
        var world = AgentWorld()
        world.commandLife = .seconds(seed.isMultiple(of: 8) ? 1 : 2_000)
        var random = Lottery(state: seed)
        var said: [CommandID: Set<String>] = [:], ends = Set<String>(), emptied = Set<WindowOpening>()
        for _ in 0..<250 {
            world.now += .milliseconds(Int64.random(in: 0...500, using: &random))
            let command = world.command(Int.random(in: 1...5, using: &random))
            switch Int.random(in: 0..<16, using: &random) {
            case 0, 1: world.relayReported(.command(command, known: world.journal[command.id]))
            case 2: world.relayReported(.answered(.received(command.id), .proceed(command.id)))
            case 3: world.relayReported(.cancel(command.id))
            case 4 where Int.random(in: 0..<2, using: &random) == 0:
                world.crash()
            case 5: world.resumeCommanded(command.id)
            case 6: world.relayReported(.answered(.result(command.id), .taken(command.id)))
            case 7: world.pass(.seconds(7))
            default:
                let step = world.lastStep
                let news = news(of: step, &random)
                switch (step, news) {
                case (.look(let opening, _, _), .seen(.closed)), (.clear(let opening), .seen(.closed)),
                    (.clear(let opening), .seen(.open(.empty, sale: _))), (.enter(let opening, _, _, _), .unreadable):
                    emptied.insert(opening)
                default: break
                }
                world.driven(news)
            }
            for case .result(let id, let result, let evidence, at: _) in world.calls {
                said[id, default: []].insert("\(result) \(evidence?.receipt ?? "")")
                ends.insert("\(result)")
            }
            world.calls = []
        }
        var sent: [CommandID: Int] = [:]
        for case .send(_, let mark, _) in world.steps.map(\.step) { sent[mark, default: 0] += 1 }
        #expect(sent.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(said.values.allSatisfy { $0.count == 1 }, "seed \(seed): \(said)")
        var entered: [CommandID: WindowOpening] = [:]
        for case .enter(let opening, let mark, _, _) in world.steps.map(\.step) { entered[mark] = opening }
        for (command, words) in said {
            let isRefused = words.allSatisfy { $0.contains("refused") }
            if let opening = entered[command] {
                #expect(!isRefused || emptied.contains(opening), "seed \(seed): it may stand there, and is refused")
            } else {
                #expect(isRefused, "seed \(seed): nothing was sent, so it is said")
            }
        }
        return ends
    }
}

/// Numbers that are the same for the same seed: a multiplicative congruence, its high half.
struct Lottery: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        var word: UInt64 = 0
        for _ in 0..<2 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            word = word << 32 | state >> 32
        }
        return word
    }
}

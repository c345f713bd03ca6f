import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import POSAgent

@Suite(.timeLimit(.minutes(2))) struct AgentCoreTests {
    var world = AgentWorld()
    let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!

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
                .enter(world.opening, mark: command.id, SealedCode(command)),
                .look(world.opening, SealedCode(command)),
                .send(world.opening, mark: command.id, sum: euros, SealedCode(command)),
                .confirm(command.id, wait: .seconds(10), SealedCode(command)),
            ])
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
        let evidence = Evidence(receipt("R-1"), amount: .checked, sum: euros)
        #expect(world.calls.last == .result(command.id, .entered(.approved), evidence, at: world.relayTime))
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
        #expect(world.lastStep == .send(world.opening, mark: command.id, sum: nil, SealedCode(command)))
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

    @Test mutating func anotherSumIsRefusedBeforeAnythingIsEntered() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 3, sale: Amount(minorUnits: 1251, unit: euros.unit))
        #expect(world.calls.last == .result(command.id, .refused(.amountMismatch), nil, at: world.relayTime))
        #expect(world.steps.map(\.step).suffix(2) == [.clear(world.opening), .finish])
    }

    @Test mutating func aSumThatCannotBeReadIsSaidToBeUnchecked() {
        let command = world.command(1, amount: euros)
        world.advance(command, to: 6, sale: nil)
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
        #expect(
            world.journal[command.id]?.report
                == .ended(.entered(.approved), Evidence(receipt("R-1"), amount: .unchecked)))
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
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
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
        world.driven(.sent(receipt("R-1")))
        world.driven(.confirmed(.finished(receipt("R-1"), .approved)))
        world.open()
        world.resumeCommanded(command.id)
        let evidence = Evidence(receipt("R-1"), amount: .unchecked)
        #expect(world.calls.last == .result(command.id, .entered(.approved), evidence, at: world.relayTime))
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

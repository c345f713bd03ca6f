import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(2))) struct TerminalCoreTests {
    private var world = TerminalWorld()

    @Test mutating func aTapWithTheSumKeyedBeforeIsSubmittedAtOnce() {
        world.receive(.keyed(euros(1250)))
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.submit(command.id, command.sealed, amount: euros(1250), at: world.relayTime)])
        #expect(world.journal[command.id]?.report == .submitted(command.sealed, euros(1250)))
    }

    @Test mutating func aSumIsAskedForIfNoneWasKeyed() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.received(command.id, at: world.relayTime)])
        #expect(world.shown.last == .askAmount(command.application, .payment, phone: nil))
        world.receive(.keyed(euros(99)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(99), at: world.relayTime))
    }

    /// Past `expiresAt` a repeated `received` would be refused, though the merchant still has time.
    @Test mutating func theRelayIsToldOnceThatTheSumIsBeingKeyed() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.answered(.received(command.id), .proceed(command.id)))
        for _ in 0..<2 {
            world.pass(.seconds(20))
            let state = CommandStatus(command: command.id, status: status(1, nil, .commanded))
            world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        }
        #expect(world.calls.map(\.action) == [.received, .resume, .resume])
        world.receive(.keyed(euros(5)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(5), at: world.relayTime))
    }

    /// Consent to what the phone says is the merchant's to give.
    @Test mutating func aSumThatOnlyThePhoneNamesIsAskedForToo() {
        let command = world.command(1, amount: euros(700))
        world.relayReported(.command(command, known: nil))
        #expect(world.shown.last == .askAmount(command.application, .payment, phone: euros(700)))
    }

    @Test mutating func whatNeedsNoSumIsSubmittedWithoutOne() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.submit(command.id, command.sealed, amount: nil, at: world.relayTime)])
    }

    /// The answer brings the outcome if that came soon: it is shown and remembered as its event would be.
    @Test mutating func anOutcomeThatComesWithTheAnswerEndsTheCommand() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.answered(.submit(command.id), .taken(command.id, status(1, .approved()))))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(world.journal[command.id]?.isFinished == true)
        world.relayReported(.command(world.command(2), known: nil))
        #expect(world.calls.map(\.action) == [.submit, .submit], "the next customer may come")
    }

    @Test mutating func aSubmissionWithoutAnswerIsRepeatedAtOnce() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.failed(.submit(command.id), .noReply))
        world.pass(.zero)
        #expect(world.calls.map(\.action) == [.submit, .submit])
    }

    @Test mutating func aKeyedSumLastsTwoMinutes() {
        world.receive(.keyed(euros(1)))
        world.now += .milliseconds(119_999)
        world.relayReported(.command(world.command(1, amountRequired: true), known: nil))
        #expect(world.calls.map(\.action) == [.submit])
        world.end(1)
        world.receive(.keyed(euros(1)))
        world.now += .milliseconds(120_000)
        world.relayReported(.command(world.command(2, amountRequired: true), known: nil))
        #expect(world.calls.map(\.action) == [.submit, .received])
    }

    @Test mutating func aKeyedSumIsUsedOnce() {
        world.receive(.keyed(euros(1)))
        world.relayReported(.command(world.command(1, amountRequired: true), known: nil))
        world.end(1)
        world.relayReported(.command(world.command(2, amountRequired: true), known: nil))
        #expect(world.calls.map(\.action) == [.submit, .received])
    }

    /// Money is no points: what was keyed for the next payment is not what the member redeems.
    @Test mutating func aKeyedSumWaitsForACommandThatCountsItsUnit() {
        world.receive(.keyed(euros(500)))
        let redeem = world.command(1, .redeem, amountRequired: true)
        world.relayReported(.command(redeem, known: nil))
        #expect(world.shown.last == .askAmount(redeem.application, .redeem, phone: nil))
        world.receive(.keyed(stars(30)))
        #expect(world.calls.last == .submit(redeem.id, redeem.sealed, amount: stars(30), at: world.relayTime))
        world.end(1)
        let payment = world.command(2, amountRequired: true)
        world.relayReported(.command(payment, known: nil))
        #expect(world.calls.last == .submit(payment.id, payment.sealed, amount: euros(500), at: world.relayTime))
        world.end(2)
        world.receive(.keyed(stars(1)))
        let other = world.command(3)
        world.relayReported(.command(other, known: nil))
        #expect(world.calls.last == .submit(other.id, other.sealed, amount: nil, at: world.relayTime))
    }

    @Test mutating func anAnswerInTheWrongUnitIsAskedForAgain() {
        let command = world.command(1, .accrue, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        let question = TerminalDisplay.askAmount(command.application, .accrue, phone: nil)
        world.receive(.keyed(euros(500)))
        #expect(world.shown.suffix(2) == [question, question])
        #expect(world.calls.map(\.action) == [.received])
        world.receive(.keyed(stars(5)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: stars(5), at: world.relayTime))
    }

    @Test mutating func aRepeatedCommandIsAnsweredWithTheLastWord() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.calls.count == 2 && world.calls[0] == world.calls[1])
        world.receive(.keyed(euros(5)))
        world.relayReported(.command(command, known: world.journal[command.id]))
        #expect(world.calls[2] == world.calls[0], "a sum keyed later changes nothing")
    }

    @Test mutating func aSecondCommandIsRefused() throws {
        world.relayReported(.command(world.command(1, amountRequired: true), known: nil))
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        let refusal = CommandResult.refused(try #require(ReasonCode("deviceBusy")))
        #expect(world.calls.last == .result(second.id, refusal, nil, at: world.relayTime))
        #expect(world.journal[second.id]?.report == .ended(refusal, nil))
    }

    @Test mutating func anExpiredCommandIsRefused() throws {
        let command = world.command(1)
        world.now += .seconds(31)
        world.relayReported(.command(command, known: nil))
        let refusal = CommandResult.refused(try #require(ReasonCode("expired")))
        #expect(world.calls == [.result(command.id, refusal, nil, at: world.relayTime)])
    }

    @Test mutating func aCancelEndsTheQuestionButNothingLater() throws {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.cancel(command.id))
        let refusal = CommandResult.refused(try #require(ReasonCode("canceled")))
        #expect(world.calls.last == .result(command.id, refusal, nil, at: world.relayTime))
        let second = world.command(2)
        world.relayReported(.command(second, known: nil))
        world.relayReported(.cancel(second.id))
        #expect(world.calls.last?.action == .submit)
    }

    @Test mutating func theOutcomeFreesTheTerminalAndSettlesTheCommand() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, .approved())))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(world.journal[command.id]?.isFinished == true)
        #expect(world.journal[command.id]?.report == .submitted(nil, nil), "sealed bytes are not kept")
        world.relayReported(.command(world.command(2), known: nil))
        #expect(world.calls.map(\.action) == [.submit, .submit])
    }

    /// A silent destination must not hold the queue up; the command stays open until its outcome.
    @Test mutating func anUnknownOutcomeFreesTheTerminalOnly() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        #expect(world.journal[command.id]?.isFinished == false)
        world.relayReported(.command(world.command(2), known: nil))
        #expect(world.calls.map(\.action) == [.submit, .submit])
    }

    @Test mutating func aLostLinkIsRepeatedUnderTheSameID() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.failed(.submit(command.id), .refused(DeviceError(Refused(.relayLost), to: .terminal))))
        #expect(world.calls.count == 1)
        world.pass(.seconds(1))
        #expect(world.calls.count == 2 && world.calls.allSatisfy { $0.action == .submit })
        world.relayReported(.failed(.submit(command.id), .noReply))
        world.pass(.seconds(1))
        #expect(world.calls.count == 3)
    }

    @Test mutating func tooLateEndsTheCommand() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.failed(.submit(command.id), .refused(DeviceError(Refused(.tooLate), to: .terminal))))
        #expect(world.journal[command.id]?.isFinished == true)
        #expect(world.shown.last == .refused(DeviceError(Refused(.tooLate), to: .terminal)))
    }

    @Test mutating func afterABreakTheTerminalAsksAndGoesOn() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.open()
        #expect(world.calls.last == .resume([command.id], scans: []))
        let state = CommandStatus(command: command.id, status: status(1, nil, .commanded))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: nil, at: world.relayTime))
    }

    @Test mutating func afterABreakTheOutcomeIsShown() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.open()
        let state = CommandStatus(command: command.id, status: status(1, .approved()))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(world.calls.map(\.action) == [.submit, .resume])
    }

    /// A crash after the sum was asked for: nobody remembers the question, so nothing is submitted.
    @Test mutating func aRestartRefusesWhatWasNotSubmitted() throws {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.crash()
        let state = CommandStatus(command: command.id, status: status(1, nil, .commanded))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        let refusal = CommandResult.refused(try #require(ReasonCode("interrupted")))
        #expect(world.calls.last == .result(command.id, refusal, nil, at: world.relayTime))
    }

    /// A crash after the submission was decided: the same submission goes out again, with the same sum.
    @Test mutating func aRestartRepeatsTheSameSubmission() {
        world.receive(.keyed(euros(1250)))
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.crash()
        #expect(world.calls.last == .resume([command.id], scans: []))
        let state = CommandStatus(command: command.id, status: status(1, nil, .commanded))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(
            world.calls.last == .submit(command.id, command.sealed, amount: euros(1250), at: world.relayTime))
    }

    @Test mutating func aCommandThatTheRelayForgotIsForgotten() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.crash()
        let state = CommandStatus(command: command.id, status: nil)
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(world.journal[command.id]?.isFinished == true)
    }

    @Test mutating func aTerminalWithoutNewsAsks() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.pass(.seconds(20))
        #expect(world.calls.last == .resume([command.id], scans: []))
    }

    /// Its outcome may have been told to no session, and the link may stand all the while.
    @Test mutating func whatIsNotKnownYetIsAskedForUntilItIs() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        let shown = world.shown
        let unknown = CommandStatus(command: command.id, status: status(1, nil))
        for _ in 0..<3 {
            world.pass(.seconds(20))
            #expect(world.calls.last == .resume([command.id], scans: []))
            world.relayReported(.answered(.resume([command.id], scans: []), .states([unknown], scans: [])))
        }
        #expect(world.calls.map(\.action) == [.submit, .resume, .resume, .resume])
        #expect(world.shown == shown, "the display is left to the next customer")
        world.pass(.seconds(20))
        let state = CommandStatus(command: command.id, status: status(1, .approved()))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(world.core.deadline == nil)
    }

    /// The relay does not tell of a mark by itself: nobody would learn that nothing is being taken back.
    @Test mutating func aMarkThatIsNewIsShown() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil, .reversing)))
        let refused = status(1, nil, .reversing, marks: [.reversalRefused])
        for _ in 0..<2 {
            world.pass(.seconds(20))
            world.hearState(of: 1, refused)
        }
        #expect(world.shown.suffix(2) == [.outcome(status(1, nil, .reversing)), .outcome(refused)])
    }

    @Test mutating func afterABreakItIsShownAgainThatTheOutcomeIsNotKnown() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        world.relayReported(.lost)
        world.open()
        #expect(world.shown.last == .online)
        let state = CommandStatus(command: command.id, status: status(1, nil))
        world.relayReported(.answered(.resume([command.id], scans: []), .states([state], scans: [])))
        #expect(world.shown.last == .outcome(status(1, nil)))
    }

    @Test mutating func noMoreIsResumedAtATimeThanAllowed() {
        for number in 1...20 {
            world.relayReported(.command(world.command(number), known: nil))
            world.relayReported(.outcome(world.command(number).id, scan: nil, status(number, nil)))
        }
        world.relayReported(.lost)
        world.open()
        let resumed = world.calls.compactMap {
            if case .resume(let commands, scans: _) = $0 { commands.count } else { nil }
        }
        #expect(resumed == [8, 8, 4])
    }

    /// Whatever comes in whatever order, a command is submitted with one sum only, and never after it was refused.
    @Test(arguments: 0..<150 as Range<UInt64>)
    func aCommandNeverChangesItsMind(seed: UInt64) {
        var world = TerminalWorld(seed: seed)
        world.commandLife = .seconds(3_000)
        var said: [CommandID: Set<String>] = [:]
        var crashes = 0, submissions = 0
        for _ in 0..<400 {
            world.now += .milliseconds(Int64.random(in: 0...4_000, using: &world.random))
            let number = Int.random(in: 1...7, using: &world.random)
            let command = world.command(number, amountRequired: number.isMultiple(of: 2))
            let states: [TransactionStatus.StateName] = [.commanded, .authorizing, .unknown, .ended]
            let state = states.randomElement(using: &world.random) ?? .commanded
            let known = status(number, state == .ended ? .approved() : nil, state)
            switch Int.random(in: 0..<11, using: &world.random) {
            case 0, 1, 2: world.relayReported(.command(command, known: world.journal[command.id]))
            case 3: world.receive(.keyed(euros(Int64(number))))
            case 4: world.relayReported(.cancel(command.id))
            case 5: world.relayReported(.outcome(command.id, scan: nil, known))
            case 6:
                crashes += 1
                world.crash()
            case 7:
                world.relayReported(
                    .answered(
                        .resume([], scans: []), .states([CommandStatus(command: command.id, status: known)], scans: []))
                )
            case 8: world.relayReported(.failed(.submit(command.id), .noReply))
            case 9: world.relayReported(.answered(.submit(command.id), .taken(command.id)))
            default: world.pass(.seconds(1))
            }
            for call in world.calls {
                switch call {
                case .submit(let id, _, let amount, at: _): said[id, default: []].insert("submit \(amount as Any)")
                case .result(let id, let result, _, at: _): said[id, default: []].insert("result \(result)")
                default: break
                }
            }
            submissions += world.calls.filter { $0.action == .submit }.count
            world.calls = []
        }
        #expect(said.values.allSatisfy { $0.count == 1 }, "seed \(seed): \(said)")
        #expect(crashes > 0 && submissions > 0, "seed \(seed)")
    }

    /// A relay that was restored from a backup does not know what it was asked to send. Nobody here knows what came of
    /// that.
    @Test(arguments: [false, true])
    func aSubmissionThatTheRelayForgotHasNoAnswer(isAskedAgain: Bool) {
        var world = TerminalWorld()
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        if isAskedAgain {
            world.relayRefused(.unknownCommand, of: .submit(command.id))
        } else {
            world.relayReported(.lost)
            world.open()
            world.hearState(of: 1, nil)
        }
        #expect(world.shown.last == .noAnswer)
        #expect(world.core.work == nil)
    }

    @Test func aQuestionThatTheRelayForgotIsOver() {
        var world = TerminalWorld()
        world.relayReported(.command(world.command(1, amountRequired: true), known: nil))
        world.relayReported(.lost)
        world.open()
        world.hearState(of: 1, nil)
        #expect(world.shown.last == .questionOver)
        #expect(world.core.work == nil)
    }
}

import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// A keyed sum belongs to one customer: it is shown until it is used, taken back, given back, and never the next one's.
@Suite(.timeLimit(.minutes(2))) struct KeyedSumTests {
    private var world = TerminalWorld()

    /// Whether the next customer does not pay a sum that nobody keyed for them.
    private func nextIsAsked(_ world: TerminalWorld) -> Bool {
        var world = world
        let command = world.command(9, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        return world.calls.last == .received(command.id, at: world.relayTime)
    }

    // MARK: Taken back

    @Test(arguments: [TerminalInput.cleared, .canceled])
    func aSumIsTakenBack(by input: TerminalInput) {
        var world = TerminalWorld()
        world.receive(.keyed(euros(8800)))
        world.receive(input)
        #expect(world.shown.last == .sumTakenBack(euros(8800)))
        #expect(nextIsAsked(world))
    }

    @Test mutating func whereNothingIsKeyedThereIsNothingToTakeBack() {
        world.receive(.cleared)
        #expect(world.shown.last == .noSum)
        world.receive(.canceled)
        #expect(world.shown.last == .idle)
    }

    @Test mutating func aCanceledScanTakesItsSumAlong() throws {
        world.receive(.keyed(euros(300)))
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.deviceBusy, of: .scan(scan.scan))
        world.receive(.canceled)
        #expect(world.shown.last == .canceled)
        #expect(nextIsAsked(world))
    }

    @Test mutating func noSumSurvivesARestart() {
        world.receive(.keyed(euros(8800)))
        world.crash()
        #expect(nextIsAsked(world))
    }

    // MARK: Shown

    @Test mutating func aSumIsShownUntilItIsUsed() {
        world.receive(.keyed(euros(500)))
        world.relayReported(.lost)
        #expect(world.shown.last == .amountReady(euros(500)))
        world.open()
        #expect(world.shown.last == .amountReady(euros(500)))
        let member = world.command(1, .accrue)
        world.relayReported(.command(member, known: nil))
        world.end(1)
        #expect(world.shown.last == .amountReady(euros(500)), "points are not what was keyed")
        world.relayReported(.command(world.command(2), known: nil))
        world.end(2)
        #expect(world.shown.suffix(2).contains(.amountReady(euros(500))) == false)
    }

    @Test mutating func aSumThatNobodyCameForIsToldAsGone() throws {
        world.receive(.keyed(euros(500)))
        let deadline = try #require(world.core.deadline)
        #expect(deadline - world.now <= .seconds(121))
        world.now = deadline
        world.relayReported(.timePassed)
        #expect(world.shown.last == .sumLapsed(euros(500)))
        #expect(world.core.deadline == nil)
        #expect(nextIsAsked(world))
    }

    // MARK: Answers that come too late

    enum QuestionEnd: CaseIterable {
        case ranOut, outcome, tooLate, canceledByThePhone, forgottenByTheRelay, restart
    }

    @Test(arguments: QuestionEnd.allCases)
    func theAnswerToAQuestionThatIsOverIsNobodys(end: QuestionEnd) {
        var world = TerminalWorld()
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        let before = world.shown.count
        switch end {
        case .ranOut: world.pass(.milliseconds(30_001))
        case .outcome: world.relayReported(.outcome(command.id, scan: nil, status(1, .failed(.noSubmission))))
        case .tooLate: world.relayRefused(.tooLate, of: .received(command.id))
        case .canceledByThePhone: world.relayReported(.cancel(command.id))
        case .forgottenByTheRelay: world.hearState(of: 1, nil)
        case .restart: world.crash()
        }
        #expect(world.shown.count > before, "the question is closed on the display")
        #expect(world.core.work == nil)
        world.receive(.keyed(euros(8800)))
        #expect(world.shown.last == .sumTooLate(euros(8800)))
        #expect(nextIsAsked(world))
        world.receive(.keyed(euros(500)))
        #expect(world.shown.last == .amountReady(euros(500)), "who was told keys for the next customer")
    }

    /// Without a connection nobody else tells.
    @Test mutating func aQuestionEndsAtItsTimeWithoutTheRelayToo() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.lost)
        world.pass(.milliseconds(29_999))
        #expect(world.shown.last != .questionOver)
        world.pass(.milliseconds(1))
        #expect(world.shown.last == .questionOver, "the relay would refuse a submission at the command's very end")
        world.open()
        world.hearState(of: 1, status(1, nil, .commanded))
        #expect(world.calls.last == .result(command.id, .refused(.expired), nil, at: world.relayTime))
    }

    @Test mutating func theRelayWaitsForTheSumAsLongAsItSaid() throws {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.answered(.received(command.id), .proceed(command.id)))
        world.pass(.milliseconds(44_999))
        #expect(world.shown.last != .questionOver)
        world.pass(.milliseconds(1))
        #expect(world.shown.last == .questionOver)
    }

    /// Who began to key for one customer may end it when the next one's question stands there. It is asked for again.
    @Test(arguments: [Duration.milliseconds(800), .seconds(20)])
    func aLateAnswerIsNotTheNextQuestions(after: Duration) {
        var world = TerminalWorld()
        world.relayReported(.command(world.command(1, amountRequired: true), known: nil))
        world.pass(.milliseconds(30_001))
        let command = world.command(2, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.now += after
        world.receive(.keyed(euros(8800)))
        #expect(
            world.shown.suffix(2) == [.sumTooLate(euros(8800)), .askAmount(command.application, .payment, phone: nil)])
        world.receive(.keyed(euros(500)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(500), at: world.relayTime))
    }

    /// `sealedFor.expiresAt` is a wall time, and the relay's own clock may be hours away from it.
    @Test(arguments: [-3_600, 3_600])
    func theCodesEndAsItsApplicationNamedItEndsNoQuestion(ahead: Int64) {
        var world = TerminalWorld()
        let command = world.command(
            1, amountRequired: true, codeExpiry: world.relayTime + .seconds(300) - .seconds(ahead))
        world.relayReported(.command(command, known: nil))
        world.relayReported(.answered(.received(command.id), .proceed(command.id)))
        world.pass(.seconds(40))
        world.receive(.keyed(euros(500)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(500), at: world.relayTime))
    }

    // MARK: One thing at a time

    @Test(arguments: [false, true])
    func whatIsKeyedMeanwhileIsNotKept(isCanceled: Bool) {
        var world = TerminalWorld()
        world.relayReported(.command(world.command(1), known: nil))
        if isCanceled { world.receive(.canceled) }
        world.receive(.keyed(euros(8800)))
        #expect(world.shown.last == .sumNotKept(euros(8800)))
        world.end(1)
        #expect(nextIsAsked(world))
    }

    // MARK: Given back

    /// A coupon by mistake, a code that is spent: the customer is still there.
    @Test(arguments: [Refusal.codeUsed, .noScanRule, .functionMismatch, .unknownApplication, .keyReused, .malformed])
    func aRefusedScanGivesItsSumBack(refusal: Refusal) throws {
        var world = TerminalWorld()
        world.receive(.keyed(euros(300)))
        let read = world.scan("coupon")
        let coupon = try #require(read)
        world.now += .seconds(10)
        world.relayRefused(refusal, of: .scan(coupon.scan))
        #expect(
            world.shown.suffix(2) == [.refused(DeviceError(Refused(refusal), to: .terminal)), .amountReady(euros(300))])
        let good = world.scan()
        #expect(good?.amount == euros(300))
    }

    /// A terminal that hung hears the refusal together with the next customer's code: nobody has seen that a sum waits.
    @Test func aSumThatIsNotShownYetIsNobodys() throws {
        var world = TerminalWorld()
        world.receive(.keyed(euros(300)))
        let read = world.scan("coupon")
        let coupon = try #require(read)
        world.now += .seconds(10)
        let text = try #require(ScannedText("99271828182845904523"))
        let calls = world.calls.count
        let refusal = DeviceError(Refused(.noScanRule), to: .terminal)
        world.receive(.relay(.failed(.scan(coupon.scan), .refused(refusal))), .scanned(.qr, text))
        #expect(world.calls.count == calls)
        #expect(world.shown.suffix(3) == [.refused(refusal), .busy, .amountReady(euros(300))])
        let again = world.scan()
        #expect(again?.amount == euros(300), "now it stands there, and the code is read again")
    }

    /// The good code of a refused scan's customer follows; who taps may be another, and pays no sum but their own.
    @Test(arguments: [Duration.seconds(1), .seconds(100)])
    func aTapDoesNotTakeWhatWasGivenBack(after: Duration) throws {
        var world = TerminalWorld()
        world.receive(.keyed(euros(300)))
        let read = world.scan("coupon")
        let coupon = try #require(read)
        world.relayRefused(.noScanRule, of: .scan(coupon.scan))
        world.now += after
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        #expect(
            world.shown.suffix(2)
                == [.sumOfAnother(euros(300)), .askAmount(command.application, .payment, phone: nil)],
            "asked, though the destination wants no sum")
        world.receive(.keyed(euros(500)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(500), at: world.relayTime))
        world.end(1)
        #expect(nextIsAsked(world))
    }

    @Test mutating func whatIsGivenBackDoesNotWaitLongerForIt() throws {
        world.receive(.keyed(euros(300)))
        world.now += .seconds(110)
        let read = world.scan("coupon")
        let coupon = try #require(read)
        world.relayRefused(.noScanRule, of: .scan(coupon.scan))
        world.pass(.seconds(11))
        #expect(world.shown.last == .sumLapsed(euros(300)))
        #expect(nextIsAsked(world))
    }

    @Test mutating func aScanThatTheRelayDidNotTakeInTimeGivesItsSumBack() throws {
        world.receive(.keyed(euros(300)))
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.deviceBusy, of: .scan(scan.scan))
        world.pass(.seconds(31))
        #expect(world.shown.last == .amountReady(euros(300)))
    }

    // MARK: Asked for

    @Test mutating func aScanThatWantsASumIsRepeatedWithIt() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.amountRequired, of: .scan(scan.scan))
        #expect(world.shown.last == .askAmount(nil, nil, phone: nil))
        world.pass(.seconds(40))
        #expect(world.calls.count == 1, "nothing is repeated without the sum")
        world.receive(.keyed(euros(1250)))
        guard case .scan(let again)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(again.scan == scan.scan && again.text == scan.text && again.amount == euros(1250))
        world.relayRefused(.deviceBusy, of: .scan(scan.scan))
        world.pass(.seconds(2))
        #expect(world.calls.last == .scan(again))
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(nextIsAsked(world))
    }

    @Test mutating func aSumThatIsKeyedWithoutASessionLeavesWithTheNextOne() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.amountRequired, of: .scan(scan.scan))
        world.relayReported(.lost)
        world.receive(.keyed(euros(1250)))
        world.open()
        #expect(world.calls.last == .resume([], scans: [scan.scan]))
        world.hearState(of: scan.scan, nil)
        guard case .scan(let again)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(again.scan == scan.scan && again.amount == euros(1250))
    }

    @Test mutating func aScanWhoseSumIsNotKeyedIsGivenUp() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.amountRequired, of: .scan(scan.scan))
        world.pass(.milliseconds(45_001))
        #expect(world.shown.last == .questionOver)
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
        world.receive(.keyed(euros(1250)))
        #expect(world.shown.last == .sumTooLate(euros(1250)))
        #expect(world.calls == [.scan(scan)])
        #expect(nextIsAsked(world))
    }

    @Test mutating func aScanThatWantsASumIsCanceledWithoutTheRelay() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.amountRequired, of: .scan(scan.scan))
        world.receive(.canceled)
        #expect(world.shown.last == .canceled)
        #expect(world.calls == [.scan(scan)])
    }

    /// Such as a payment of 0: nothing has happened, and the customer is still there.
    @Test mutating func aSumThatTheRelayDoesNotTakeIsAskedForAgain() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.receive(.keyed(euros(0)))
        let error = DeviceError(Refused(.malformed, field: "amount"), to: .terminal)
        world.relayReported(.failed(.submit(command.id), .refused(error)))
        #expect(world.shown.suffix(2) == [.refused(error), .askAmount(command.application, .payment, phone: nil)])
        world.receive(.keyed(euros(5)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(5), at: world.relayTime))
    }

    /// Another word of this terminal's counts; what came of it is still to be told.
    @Test mutating func whatWasTakenBeforeIsStillWaitedFor() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        let error = DeviceError(Refused(.alreadyTaken), to: .terminal)
        world.relayReported(.failed(.submit(command.id), .refused(error)))
        #expect(world.shown.last == .refused(error))
        world.pass(.seconds(20))
        #expect(world.calls.last?.action == .resume)
    }

    // MARK: The phone's sum

    /// It would only fail, and the customer would stand there.
    @Test mutating func aSumThatIsNotThePhonesIsNotSentWithoutAWord() {
        world.receive(.keyed(euros(999)))
        let command = world.command(1, amount: euros(1250), amountRequired: true)
        world.relayReported(.command(command, known: nil))
        #expect(world.shown.last == .amountsDiffer(keyed: euros(999), phone: euros(1250)))
        #expect(world.calls.map(\.action) == [.received])
        world.receive(.keyed(euros(1250)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(1250), at: world.relayTime))
    }

    @Test mutating func theMerchantsSumCountsIfKeyedOnceMore() {
        let command = world.command(1, amount: euros(1250))
        world.relayReported(.command(command, known: nil))
        for sum in [euros(999), euros(998)] {
            world.receive(.keyed(sum))
            #expect(world.shown.last == .amountsDiffer(keyed: sum, phone: euros(1250)))
        }
        world.receive(.keyed(euros(998)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(998), at: world.relayTime))
    }

    @Test mutating func thePhonesSumKeyedBeforeIsSentAtOnce() {
        world.receive(.keyed(euros(1250)))
        let command = world.command(1, amount: euros(1250))
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.submit(command.id, command.sealed, amount: euros(1250), at: world.relayTime)])
    }
}

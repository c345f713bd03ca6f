import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// Codes that the terminal itself reads off a phone's display.
@Suite(.timeLimit(.minutes(2))) struct TerminalScanTests {
    private var world = TerminalWorld()

    @Test mutating func aScanIsSubmittedWithTheSumKeyedBefore() throws {
        world.receive(.keyed(euros(300)))
        let read = world.scan()
        let scan = try #require(read)
        #expect(scan.text == ScannedText("99271828182845904523") && scan.amount == euros(300) && scan.symbology == .qr)
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        _ = world.scanLater("99000000000000000000")
        #expect(world.shown.last == .busy)
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        let next = world.scanLater()
        let second = try #require(next)
        #expect(second.scan != scan.scan && second.amount == nil)
    }

    @Test mutating func anOutcomeThatComesWithTheAnswerEndsTheScan() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1), status(1, .approved()))))
        #expect(world.shown.last == .outcome(status(1, .approved())))
        #expect(world.scanLater("99000000000000000000") != nil, "the next customer may come")
    }

    /// A scanner reads what lies before it again and again.
    @Test mutating func theSameTextReadAgainAtOnceIsOneScan() throws {
        let read = world.scan()
        let scan = try #require(read)
        let shown = world.shown
        for _ in 0..<4 {
            world.now += .milliseconds(2_900)
            #expect(world.scan() == nil)
        }
        #expect(world.shown == shown, "nobody is told")
        world.relayRefused(.codeUsed, of: .scan(scan.scan))
        world.now += .milliseconds(2_900)
        #expect(world.scan() == nil)
        #expect(world.scan("another") != nil)
    }

    /// A phone that stays before the scanner of a busy terminal: told once, and read when its turn has come.
    @Test mutating func aCodeThatWasReadTooEarlyIsTakenWhenItsTurnHasCome() throws {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        let before = world.shown.count
        for _ in 0..<5 {
            #expect(world.scan() == nil)
            world.now += .milliseconds(500)
        }
        #expect(world.shown.count == before + 1)
        #expect(world.shown.last == .busy)
        world.end(1)
        #expect(world.scan() != nil)
    }

    @Test mutating func theSameTextReadLaterIsAnotherScan() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.codeUsed, of: .scan(scan.scan))
        #expect(world.scanLater() != nil)
    }

    // MARK: Attempts

    @Test mutating func anAttemptThatTheRelayNeverHadIsRepeatedUnderTheSameID() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.lost)
        world.open()
        #expect(world.calls.last == .resume([], scans: [scan.scan]))
        world.hearState(of: scan.scan, nil)
        #expect(world.calls.last == .scan(scan))
        world.relayReported(.failed(.scan(scan.scan), .noReply))
        world.pass(.seconds(1))
        #expect(world.calls.map(\.action) == [.scan, .resume, .scan, .resume])
    }

    @Test mutating func anOldCodeIsNotSubmittedAgain() throws {
        world.receive(.keyed(euros(300)))
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.lost)
        world.now += .seconds(31)
        world.open()
        world.hearState(of: scan.scan, nil)
        #expect(world.calls.map(\.action) == [.scan, .resume])
        #expect(world.shown.suffix(2) == [.scanNotTaken, .amountReady(euros(300))])
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }

    /// The answer to an attempt was lost, and the relay has the scan.
    @Test mutating func anAttemptThatTheRelayHadIsNotRepeated() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.relayLost, of: .scan(scan.scan))
        world.pass(.seconds(2))
        #expect(world.calls.map(\.action) == [.scan, .resume])
        world.hearState(of: scan.scan, status(1, nil, .authorizing))
        world.pass(.seconds(20))
        #expect(world.calls.map(\.action) == [.scan, .resume, .resume])
        world.hearState(of: scan.scan, status(1, .approved()))
        #expect(world.shown.last == .outcome(status(1, .approved())))
    }

    @Test mutating func anAcceptedScanIsAskedForUntilItsOutcome() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.relayReported(.lost)
        world.now += .seconds(60)
        world.open()
        #expect(world.calls.last == .resume([], scans: [scan.scan]))
        world.pass(.seconds(20))
        #expect(world.calls.last == .resume([], scans: [scan.scan]))
    }

    /// A relay that came back from a backup: nobody here knows.
    @Test mutating func anAcceptedScanThatTheRelayForgotHasNoAnswer() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.pass(.seconds(20))
        world.hearState(of: scan.scan, nil)
        #expect(
            world.calls.map(\.action) == [.scan, .resume, .resume], "that may have been an older question's answer")
        world.hearState(of: scan.scan, nil)
        #expect(world.shown.last == .noAnswer)
        #expect(world.core.work == nil)
    }

    /// Text that no frame has room for: it is refused here, once.
    @Test mutating func aScanThatIsTooLargeIsGivenUp() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.tooLarge, of: .scan(scan.scan))
        #expect(world.shown.last == .refused(DeviceError(Refused(.tooLarge), to: .terminal)))
        world.pass(.seconds(5))
        #expect(world.calls.count == 1)
    }

    @Test mutating func aRefusedScanFreesTheTerminal() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayRefused(.noScanRule, of: .scan(scan.scan))
        #expect(world.shown.last == .refused(DeviceError(Refused(.noScanRule), to: .terminal)))
        #expect(world.scanLater() != nil)
    }

    /// The customer stands there: the merchant reads at once why it takes so long.
    @Test(arguments: [Refusal.posOffline, .destinationUnavailable, .deviceBusy, .overloaded])
    func aScanThatIsRefusedForNowSaysWhyAtOnceAndAtTheEnd(refusal: Refusal) throws {
        var world = TerminalWorld()
        let read = world.scan()
        let scan = try #require(read)
        let error = DeviceError(Refused(refusal), to: .terminal)
        for _ in 0..<3 {
            world.relayRefused(refusal, of: .scan(scan.scan))
            world.pass(.seconds(5))
        }
        #expect(world.calls == [DeviceRequest](repeating: .scan(scan), count: 4))
        #expect(world.shown.filter { $0 == .tryingAgain(error) }.count == 1)
        world.relayRefused(refusal, of: .scan(scan.scan))
        world.pass(.seconds(30))
        #expect(world.calls.count == 4)
        #expect(world.shown.last == .refused(error))
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }

    @Test mutating func aScanWithoutSessionIsNotKept() {
        world.relayReported(.lost)
        #expect(world.scan() == nil)
        #expect(world.shown.last == .scanNeedsSession)
        world.open()
        #expect(world.calls.isEmpty)
    }

    // MARK: Until the outcome

    @Test mutating func aScanWhoseOutcomeIsNotKnownIsAskedForToo() throws {
        let read = world.scan()
        let first = try #require(read)
        world.relayReported(.answered(.scan(first.scan), .accepted(world.transaction(1))))
        world.relayReported(.outcome(nil, scan: first.scan, status(1, nil)))
        let next = world.scan("99000000000000000000")
        let second = try #require(next)
        #expect(second.scan != first.scan, "the next customer need not wait")
        #expect(world.openScans.map(\.scan) == [first.scan, second.scan])
        world.relayReported(.outcome(nil, scan: second.scan, status(2, .approved())))
        world.pass(.seconds(20))
        #expect(world.calls.last == .resume([], scans: [first.scan]))
        world.hearState(of: first.scan, status(1, nil))
        let shown = world.shown
        world.pass(.seconds(20))
        world.hearState(of: first.scan, status(1, nil))
        #expect(world.shown == shown, "the display is left to the next customer")
        world.hearState(of: first.scan, status(1, .approved()))
        let record = ScanRecord(first.scan, amount: nil, at: first.at, isAccepted: true)
        #expect(world.shown.last == .earlierScan(record, ago: .seconds(40), status(1, .approved())))
        world.pass(.zero)
        #expect(world.openScans.isEmpty && world.core.deadline == nil)
    }

    /// What is shown may be shown twice, but a power cut between disk and display must not swallow it.
    @Test mutating func aScanIsForgottenAfterItsEndWasShown() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        #expect(world.openScans.map(\.scan) == [scan.scan])
        #expect(try #require(world.core.deadline) <= world.now, "with the next step, at once")
        world.relayReported(.timePassed)
        #expect(world.openScans.isEmpty && world.core.deadline == nil)
    }

    @Test mutating func theOldestOfTooManyOpenScansIsLeftToTheRelaysRecords() throws {
        for number in 0...TerminalCore.openScansMax {
            let read = world.scan("code-\(number)")
            let scan = try #require(read)
            world.relayReported(.outcome(nil, scan: scan.scan, status(number, nil)))
        }
        #expect(world.shown.filter { $0 == .noAnswer }.count == 1)
        world.pass(.zero)
        #expect(world.openScans.count == TerminalCore.openScansMax)
        world.calls = []
        world.pass(.seconds(20))
        let asked = world.calls.compactMap { if case .resume(_, let scans) = $0 { scans.count } else { nil } }
        #expect(asked == [Int](repeating: DeviceLimits.resumedMax, count: 8))
    }

    // MARK: Restarts

    /// The merchant knows sum and time of it; what came of it the relay tells.
    @Test(arguments: [Outcome.approved(), .reversed, nil])
    func afterARestartItIsShownWhatCameOfAScan(outcome: Outcome?) throws {
        var world = TerminalWorld()
        world.receive(.keyed(euros(300)))
        let read = world.scan()
        let scan = try #require(read)
        world.now += .seconds(5)
        world.crash()
        let record = ScanRecord(scan.scan, amount: euros(300), at: scan.at)
        #expect(world.shown.suffix(2) == [.online, .earlierScan(record, ago: .seconds(5), nil)])
        #expect(world.calls.last == .resume([], scans: [scan.scan]))
        world.hearState(of: scan.scan, status(1, outcome))
        var known = record
        known.isAccepted = true
        #expect(world.shown.last == .earlierScan(known, ago: .seconds(5), status(1, outcome)))
        world.pass(.seconds(20))
        #expect(world.openScans.isEmpty == (outcome != nil))
        #expect((world.calls.last == .resume([], scans: [scan.scan])))
        #expect(world.calls.map(\.action).filter { $0 == .scan }.count == 1, "the text is gone")
    }

    @Test mutating func afterARestartItIsShownThatTheRelayNeverHadAScan() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.crash()
        world.hearState(of: scan.scan, nil)
        let record = ScanRecord(scan.scan, amount: nil, at: scan.at)
        #expect(world.shown.last == .earlierScanNotTaken(record, ago: .zero))
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }

    @Test mutating func afterARestartAnOpenScanOccupiesTheTerminalUntilItsOutcome() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.crash()
        world.hearState(of: scan.scan, status(1, nil, .pendingCustomer))
        _ = world.scanLater("another")
        #expect(world.shown.last == .busy)
        world.receive(.keyed(euros(8800)))
        #expect(world.shown.last == .sumNotKept(euros(8800)))
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        #expect(world.scanLater("another") != nil)
    }

    @Test mutating func aScansOutcomeThatComesAfterARestartIsShown() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.crash()
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        guard case .earlierScan(_, ago: _, let told)? = world.shown.last else { return #expect(Bool(false)) }
        #expect(told == status(1, .approved()))
        world.pass(.zero)
        #expect(world.openScans.isEmpty)
    }
}

import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// Codes that the terminal itself reads off a phone's display.
struct TerminalScanTests {
    private var world = TerminalWorld()
    private let code = ScannedText("99271828182845904523")!

    @Test mutating func aScanIsSubmittedWithTheSumKeyedBefore() throws {
        world.take(.keyed(euros(300)))
        world.take(.scanned(.qr, code))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(scan.text == code && scan.amount == euros(300) && scan.symbology == .qr)
        world.take(.scanned(.qr, code))
        #expect(world.shown.last == .busy)
        world.hear(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.hear(.outcome(nil, scan: scan.scan, status(1, .approved)))
        world.take(.scanned(.qr, code))
        guard case .scan(let second)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(second.scan != scan.scan && second.amount == nil)
    }

    @Test mutating func aScanIsRepeatedUnderTheSameIDAndNotForEver() throws {
        world.take(.scanned(.ean13, code))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.hear(.lost)
        world.open()
        #expect(world.calls.last == .scan(scan))
        world.hear(.lost)
        world.now += .seconds(31)
        world.open()
        #expect(world.calls.count == 2)
        #expect(world.shown.last == .noAnswer)
    }

    @Test mutating func anAcceptedScanIsAskedForUntilItsOutcome() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.hear(.answered(.scan(scan.scan), .accepted(world.transaction(1))))
        world.hear(.lost)
        world.now += .seconds(60)
        world.open()
        #expect(world.calls.last == .scan(scan))
    }

    @Test mutating func aRefusedScanFreesTheTerminal() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        let error = DeviceError(Refused(.noScanRule), to: .terminal)
        world.hear(.failed(.scan(scan.scan), .refused(error)))
        #expect(world.shown.last == .refused(error))
        world.take(.scanned(.qr, code))
        #expect(world.calls.count == 2)
    }

    /// The customer stands there: the merchant reads at once why it takes so long.
    @Test(arguments: [Refusal.posOffline, .destinationUnavailable, .deviceBusy, .overloaded])
    func aScanThatIsRefusedForNowSaysWhyAtOnceAndAtTheEnd(refusal: Refusal) throws {
        var world = TerminalWorld()
        let read = world.scan()
        let scan = try #require(read)
        let error = DeviceError(Refused(refusal), to: .terminal)
        for _ in 0..<3 {
            world.hear(refusal, of: .scan(scan.scan))
            world.pass(.seconds(5))
        }
        #expect(world.calls == [DeviceRequest](repeating: .scan(scan), count: 4))
        #expect(world.shown.filter { $0 == .tryingAgain(error) }.count == 1)
        world.hear(refusal, of: .scan(scan.scan))
        world.pass(.seconds(30))
        #expect(world.calls.count == 4)
        #expect(world.shown.last == .refused(error))
        #expect(world.openScans.isEmpty)
    }

    /// An answer was lost on the way: what is refused later says nothing of what that attempt has done.
    @Test mutating func aScanThatMayHaveBeenTakenHasNoAnswerAtTheEnd() throws {
        let read = world.scan()
        let scan = try #require(read)
        world.hear(.failed(.scan(scan.scan), .noReply))
        world.pass(.seconds(1))
        world.hear(.posOffline, of: .scan(scan.scan))
        world.pass(.seconds(30))
        #expect(world.calls.count == 2)
        #expect(world.shown.suffix(2) == [.asking(nil, nil, nil), .noAnswer])
    }

    @Test(arguments: [false, true])
    func aRefusedRepeatOfAScanIsNoRefusalOfTheScan(isAccepted: Bool) throws {
        var world = TerminalWorld()
        let read = world.scan()
        let scan = try #require(read)
        if isAccepted { world.hear(.answered(.scan(scan.scan), .accepted(world.transaction(1)))) }
        world.hear(.lost)
        world.open()
        #expect(world.calls == [.scan(scan), .scan(scan)])
        world.hear(.codeUsed, of: .scan(scan.scan))
        #expect(world.shown.last == .noAnswer)
    }

    @Test mutating func aScanWithoutSessionIsNotKept() {
        world.hear(.lost)
        world.take(.scanned(.qr, code))
        #expect(world.shown.last == .scanNeedsSession)
        world.open()
        #expect(world.calls.isEmpty)
    }

    @Test mutating func aScanWhoseOutcomeIsNotKnownIsAskedForToo() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let first)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.hear(.answered(.scan(first.scan), .accepted(world.transaction(1))))
        world.hear(.outcome(nil, scan: first.scan, status(1, nil)))
        world.take(.scanned(.qr, ScannedText("99000000000000000000")!))
        guard case .scan(let second)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(second.scan != first.scan, "the next customer need not wait")
        #expect(world.openScans == [first.scan, second.scan])
        world.hear(.outcome(nil, scan: second.scan, status(2, .approved)))
        world.pass(.seconds(20))
        #expect(world.calls.last == .scan(first))
        world.hear(.outcome(nil, scan: first.scan, status(1, .approved)))
        #expect(world.shown.last == .outcome(status(1, .approved)))
        #expect(world.openScans.isEmpty && world.core.deadline == nil)
    }

    /// The relay knows a scan's ID for a day. After it, the same call would charge.
    @Test mutating func aScanOfYesterdayIsNotSubmittedAgain() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let first)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.hear(.outcome(nil, scan: first.scan, status(1, nil)))
        world.take(.scanned(.qr, code))
        guard case .scan(let second)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.hear(.answered(.scan(second.scan), .accepted(world.transaction(2))))
        world.hear(.lost)
        world.now += TerminalCore.scanAskLimit + .seconds(1)
        world.open()
        #expect(world.calls.count == 2)
        #expect(world.shown.last == .noAnswer)
    }

    @Test mutating func aScanIsRememberedUntilItsOutcomeOrItsRefusal() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let first)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(world.openScans == [first.scan])
        world.hear(.outcome(nil, scan: first.scan, status(1, .approved)))
        #expect(world.openScans.isEmpty)
        world.take(.scanned(.qr, code))
        guard case .scan(let second)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        #expect(world.openScans == [second.scan])
        world.hear(.failed(.scan(second.scan), .refused(DeviceError(Refused(.noScanRule), to: .terminal))))
        #expect(world.openScans.isEmpty)
    }

    /// The text is gone, so nobody can ask. Whoever sees nothing would scan again, and charge again.
    @Test mutating func afterARestartTheMerchantIsWarnedOfAnOpenScan() throws {
        world.take(.scanned(.qr, code))
        for _ in 0..<2 {
            world.crash()
            #expect(world.shown.suffix(2) == [.online, .scanInDoubt])
        }
        #expect(world.calls.map(\.action) == [.scan])
        world.take(.canceled)
        #expect(world.openScans.isEmpty, "whoever goes on has read it")
        world.crash()
        #expect(world.shown.last == .online)
    }

    @Test mutating func aScansOutcomeThatComesAfterARestartIsShown() throws {
        world.take(.scanned(.qr, code))
        guard case .scan(let scan)? = world.calls.last else { return #expect(Bool(false), "no scan") }
        world.crash()
        world.hear(.outcome(nil, scan: scan.scan, status(1, .approved)))
        #expect(world.shown.last == .outcome(status(1, .approved)))
        #expect(world.openScans.isEmpty)
    }
}

import DeviceLink
import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

/// From the merchant's word to the scanner until its code is a scan: whatever is written meanwhile, sum and cancel are
/// the right customer's.
@Suite(.timeLimit(.minutes(2))) struct TerminalScannerTests {
    private var world = TerminalWorld()

    // MARK: The sum

    @Test mutating func theSumKeyedBeforeGoesWithTheCode() throws {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        #expect(world.scanner == [.startScanner])
        #expect(world.shown.last == .reading(euros(500)))
        #expect(world.read("1")?.amount == euros(500))
    }

    /// The merchant reads at once that a sum cannot be this customer's any more; it is nobody's.
    @Test mutating func aSumKeyedAfterItIsNotKept() {
        world.receive(.scanRequested)
        world.receive(.keyed(euros(900)))
        #expect(world.shown.last == .sumNotKept(euros(900)))
        #expect(world.read("1")?.amount == nil)
    }

    /// The customer may have paid in cash.
    @Test mutating func clearTakesTheSumBackWithTheScan() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.receive(.cleared)
        #expect(world.shown.suffix(2) == [.scanDropped, .sumTakenBack(euros(500))])
        #expect(world.scanner == [.startScanner, .stopScanner])
        #expect(world.read("1") == nil)
        world.receive(.scanRequested)
        world.receive(.cleared)
        #expect(world.shown.last == .noSum)
        #expect(world.read("1") != nil, "a scan without a sum goes on")
    }

    /// A stranger at the tag neither takes the sum of the customer at the scanner nor pushes that customer out.
    @Test mutating func aTapMeanwhileIsRefused() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.result(command.id, .refused(.deviceBusy), nil, at: world.relayTime)])
        #expect(world.read("1")?.amount == euros(500))
    }

    @Test mutating func anotherCodeMeanwhileWaitsForItsTurn() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        #expect(world.scan("2") == nil)
        #expect(world.shown.last == .busy)
        world.receive(.scanRequested)
        #expect(world.shown.last == .busy)
        #expect(world.scanner == [.startScanner])
        #expect(world.read("1")?.amount == euros(500))
    }

    /// Nobody came to pay with it yet: it is neither another's nor longer there than it was.
    @Test mutating func withoutACodeTheSumWaitsAsBefore() {
        world.receive(.keyed(euros(500)))
        world.now += .seconds(118)
        world.receive(.scanRequested)
        world.receive(.scannerEnded(.failed(Self.failure)))
        #expect(world.shown.suffix(2) == [.scanFailed(Self.failure), .amountReady(euros(500))])
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        #expect(
            world.calls == [.submit(command.id, command.sealed, amount: euros(500), at: world.relayTime)])
        world.end(1)
        world.receive(.keyed(euros(700)))
        world.now += .seconds(118)
        world.receive(.scanRequested)
        world.pass(.seconds(5))
        #expect(world.shown.suffix(2) == [.scanTimedOut, .sumLapsed(euros(700))])
    }

    /// A terminal that hung hears of the next customer's tap before it sees that the reading is over: nobody has seen
    /// that its sum waits again.
    @Test mutating func aTapDoesNotTakeASumThatIsNotShownYet() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.now += .seconds(5)
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        #expect(world.calls == [.received(command.id, at: world.relayTime)])
        #expect(
            world.shown.suffix(3) == [
                .scanTimedOut, .sumOfAnother(euros(500)), .askAmount(command.application, .payment, phone: nil),
            ])
        world.receive(.keyed(euros(700)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(700), at: world.relayTime))
    }

    /// The merchant is asked for one customer's sum: no other customer's scan comes between.
    @Test mutating func noScanBeginsWhileTheTerminalIsBusy() {
        let command = world.command(1, amountRequired: true)
        world.relayReported(.command(command, known: nil))
        world.receive(.scanRequested)
        #expect(world.shown.last == .busy)
        #expect(world.scanner.isEmpty)
        world.receive(.keyed(euros(500)))
        #expect(world.calls.last == .submit(command.id, command.sealed, amount: euros(500), at: world.relayTime))
    }

    /// It is said of the second scan that it has to wait; what the merchant takes back is the first, which still reads.
    @Test mutating func aCancelAfterASecondScanDropsTheOneThatReads() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.receive(.scanRequested)
        world.receive(.canceled)
        #expect(world.scanner == [.startScanner, .stopScanner])
        #expect(world.shown.suffix(2) == [.scanDropped, .sumTakenBack(euros(500))])
        #expect(world.read("1") == nil && world.calls.isEmpty)
    }

    /// News of an earlier payment came during the reading: a second cancel is not about it either.
    @Test mutating func aCancelRepeatedAfterADroppedScanReachesNobody() throws {
        world.receive(.scanRequested)
        let read = world.read("1")
        let earlier = try #require(read)
        world.relayReported(.answered(.scan(earlier.scan), .accepted(world.transaction(1))))
        world.relayReported(.outcome(nil, scan: earlier.scan, status(1, nil, .unknown)))
        world.receive(.scanRequested)
        #expect(world.scanner == [.startScanner, .startScanner])
        world.relayReported(.outcome(nil, scan: earlier.scan, status(1, nil, .reversing)))
        let calls = world.calls.count
        world.receive(.canceled)
        world.receive(.canceled)
        #expect(world.calls.count == calls)
    }

    @Test mutating func theSameCodeReadAgainAtOnceIsOneScan() throws {
        world.receive(.scanRequested)
        let first = world.read("1")
        let scan = try #require(first)
        world.relayReported(.outcome(nil, scan: scan.scan, status(1, .approved())))
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.now += .seconds(2)
        #expect(world.read("1") == nil)
        #expect(world.shown.suffix(2) == [.sameScan, .amountReady(euros(500))])
        world.now += TerminalCore.scanRepeat
        world.receive(.scanRequested)
        #expect(world.read("1")?.amount == euros(500))
    }

    // MARK: The counter and the session

    @Test mutating func theCounterClosesAtOnce() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.receive(.served(.notReady(ReasonCode("closed"))))
        #expect(world.shown.last == .notServing)
        #expect(world.calls.map(\.action) == [.state])
        #expect(world.read("1") == nil)
        #expect(world.shown.suffix(2) == [.notServing, .amountReady(euros(500))])
        world.receive(.scanRequested)
        #expect(world.scanner == [.startScanner], "a closed counter scans nobody")
    }

    @Test mutating func aCodeIsNotKeptForASession() {
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.relayReported(.lost)
        #expect(world.read("1") == nil)
        #expect(world.shown.suffix(2) == [.scanNeedsSession, .amountReady(euros(500))])
        world.receive(.scanRequested)
        #expect(world.shown.suffix(2) == [.scanNeedsSession, .amountReady(euros(500))])
        #expect(world.scanner == [.startScanner])
    }

    // MARK: Cancel

    /// A customer is not certain yet, and is shown; then comes the next one's scan.
    private mutating func leaveOneUncertain() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil)))
        world.calls = []
    }

    @Test mutating func aCancelDropsWhatIsReadAndItsSum() {
        leaveOneUncertain()
        world.receive(.keyed(euros(500)))
        world.receive(.scanRequested)
        world.receive(.canceled)
        #expect(world.shown.suffix(2) == [.scanDropped, .sumTakenBack(euros(500))])
        #expect(world.scanner == [.startScanner, .stopScanner])
        #expect(world.read("1") == nil)
        world.receive(.canceled)
        #expect(world.shown.last == .idle)
        #expect(world.calls.isEmpty)
    }

    enum End: CaseIterable {
        case failed, late, withoutSession, atAClosedCounter, sameCode, refusedByTheRelay, given, stuckScanner
    }

    /// However the scan ended, the cancel right after it is not the customer's before, also if there was news of that
    /// one meanwhile.
    @Test(arguments: End.allCases, [false, true])
    func aCancelAfterAScanIsNotTheCustomersBefore(end: End, hasNews: Bool) throws {
        var test = self
        try test.cancelAfter(end, hasNews)
    }

    private mutating func cancelAfter(_ end: End, _ hasNews: Bool) throws {
        if end == .sameCode {
            world.receive(.scanRequested)
            world.relayRefused(.codeUsed, of: .scan(try #require(world.read("1")?.scan)))
        }
        leaveOneUncertain()
        if end == .stuckScanner {
            world.receive(.scanRequested)
            world.pass(.seconds(5))
            world.relayReported(.outcome(world.command(1).id, scan: nil, status(1, nil, .reversing)))
        }
        world.receive(.scanRequested)
        if hasNews { world.relayReported(.outcome(world.command(1).id, scan: nil, status(1, nil, .reversing))) }
        switch end {
        case .failed: world.receive(.scannerEnded(.failed(Self.failure)))
        case .late: world.pass(.seconds(5))
        case .withoutSession:
            world.relayReported(.lost)
            #expect(world.read("1") == nil)
            world.open()
        case .atAClosedCounter:
            world.receive(.served(.notReady(ReasonCode("closed"))))
            #expect(world.read("1") == nil)
        case .sameCode: #expect(world.read("1") == nil)
        case .refusedByTheRelay: world.relayRefused(.codeUsed, of: .scan(try #require(world.read("1")?.scan)))
        case .given:
            let scan = try #require(world.read("1")?.scan)
            world.relayReported(.outcome(nil, scan: scan, status(2, .approved())))
        case .stuckScanner:
            #expect(world.shown.contains(.scannerStuck))
            if hasNews { world.receive(.scanRequested) }
        }
        world.receive(.canceled)
        #expect(world.shown.last == .idle)
        #expect(!world.calls.map(\.action).contains(.cancel))
    }

    /// The merchant reads that the scan has to wait, and the first cancel is about that.
    @Test(arguments: [TerminalInput.scanRequested, .scanned(.qr, ScannedText("2")!)])
    func aCancelAfterAScanThatHasToWaitReachesWhoIsServedOnlyIfRepeated(scan: TerminalInput) {
        var world = TerminalWorld()
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.receive(scan)
        world.receive(.canceled)
        #expect(world.shown.suffix(2) == [.busy, .scanNotBegun])
        #expect(world.calls.map(\.action) == [.submit])
        world.receive(.canceled)
        #expect(world.shown.last == .canceling)
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
    }

    @Test mutating func newsOfWhoIsServedMakesTheCancelTheirs() {
        let command = world.command(1)
        world.relayReported(.command(command, known: nil))
        world.receive(.scanRequested)
        world.relayReported(.outcome(command.id, scan: nil, status(1, nil, .pendingCustomer)))
        world.receive(.canceled)
        #expect(world.calls.last == .cancel(.command(command.id), at: world.relayTime))
    }

    // MARK: A scanner that does not end

    @Test mutating func aScannerHasFiveSeconds() {
        world.receive(.scanRequested)
        #expect(world.core.deadline == world.now + .seconds(5))
        world.pass(.milliseconds(4_999))
        #expect(world.shown.last == .reading(nil))
        world.pass(.milliseconds(1))
        #expect(world.shown.last == .scanTimedOut)
        #expect(world.scanner == [.startScanner, .stopScanner])
        #expect(world.core.deadline == nil)
        #expect(world.read("1") == nil, "it may be another customer's turn")
    }

    @Test mutating func aCodeThatComesAtTheLimitIsTooLate() {
        world.receive(.scanRequested)
        world.now += .seconds(5)
        #expect(world.read("1") == nil)
        #expect(world.shown.last == .scanTimedOut)
        world.receive(.scanRequested)
        #expect(world.read("1") != nil)
    }

    /// One at a time, and a scanner that hangs is called so.
    @Test mutating func theNextScanWaitsUntilTheScannerHasEnded() {
        world.receive(.scanRequested)
        world.receive(.canceled)
        world.receive(.scanRequested)
        #expect(world.shown.last == .scannerBusy)
        world.now += .seconds(5)
        world.receive(.scanRequested)
        #expect(world.shown.last == .scannerStuck)
        #expect(world.scanner == [.startScanner, .stopScanner])
        #expect(world.scan("2") != nil, "a code that is typed needs no scanner")
        world.receive(.canceled)
        world.relayRefused(.unknownCommand, of: .cancel(.scan(world.openScans[0].scan)))
        world.relayRefused(.codeUsed, of: .scan(world.openScans[0].scan))
        #expect(world.read("1") == nil)
        world.receive(.scanRequested)
        #expect(world.shown.last == .reading(nil))
    }

    // MARK: Whatever comes

    /// In whatever order things come, a sum goes with no other customer's code, and at most one scanner reads.
    @Test func sumAndCodeBelongTogether() {
        var (breaches, scans): ([UInt64], Int) = ([], 0)
        for seed: UInt64 in 0..<100 {
            var world = TerminalWorld(seed: seed)
            var isReading = false
            for customer in 1...60 {
                world.calls = []
                // Each customer has a sum and a code of the same number, and is done before the next comes.
                let sum = euros(Int64(customer))
                world.receive(.keyed(sum))
                for _ in 0..<6 {
                    let before = world.scanner.count
                    switch Int.random(in: 0..<8, using: &world.random) {
                    case 0, 1: world.receive(.scanRequested)
                    case 2: if isReading { world.receive(.scannerEnded(.failed(Self.failure))) }
                    case 3, 4: if isReading { _ = world.read("\(customer)") }
                    case 5: world.receive(.keyed(sum))
                    case 6: world.pass(.seconds(3))
                    default: _ = world.scan("\(customer)")
                    }
                    if case .reading = world.core.work { isReading = true }
                    let starts = world.scanner[before...].count { $0 == .startScanner }
                    if starts > 1 || starts == 1 && !isReading { breaches.append(seed) }
                    if world.core.scannerBusySince == nil { isReading = false }
                }
                for case .scan(let scan) in world.calls {
                    scans += 1
                    if let amount = scan.amount, scan.text.exposed != "\(amount.minorUnits)" { breaches.append(seed) }
                }
                world.receive(.canceled)
                world.receive(.canceled)
                for record in world.openScans { world.relayRefused(.codeUsed, of: .scan(record.scan)) }
                world.receive(.cleared)
            }
        }
        #expect(breaches.isEmpty)
        #expect(scans > 1_000)
    }

    private static let failure = ScannerFailure(sentence: "The camera is unplugged; plug it in.")
}

import DeviceLink
import DeviceProtocol
import RelayDomain

// What the terminal does with its scanner, until a code that was read is a scan.

/// The scanner reads, and the terminal has not heard what.
struct ScannerReading: Hashable, Sendable {
    /// The merchant's sum, which goes with the code.
    var sum: Keypad.KeyedSum?
    /// From then on nothing is expected of the scanner.
    let until: Duration
}

extension TerminalCore {
    /// A scanner that types has read a code.
    mutating func codeScanned(
        _ text: ScannedText, _ symbology: Symbology, now: Duration, random: inout some RandomNumberGenerator
    ) {
        let before = codeRead(text, now: now)
        guard before?.isTaken != true else { return }
        guard let why = scanRefusal else {
            let sum = keypad.consume(for: nil, now: now)
            return submitScan(of: text, symbology, sum: sum, now: now, random: &random)
        }
        // A phone that stays before the scanner is told once, and its code taken as soon as it may be.
        if before == nil { refuseScan(why) }
    }

    /// The merchant has the scanner read. The sum that waits is this customer's from now on, and so is a cancel.
    mutating func scanRequested(now: Duration) {
        if let why = scanRefusal { return refuseScan(why) }
        if let since = scannerBusySince {
            return refuseScan(now < since + Self.readingTimeout ? .scannerBusy : .scannerStuck)
        }
        let sum = keypad.consume(for: nil, now: now)
        work = .reading(ScannerReading(sum: sum, until: now + Self.readingTimeout))
        scannerBusySince = now
        onDisplay = nil
        show(.reading(sum?.amount))
        outputs.append(.startScanner)
    }

    /// The scanner is at its end, also with a reading that nobody waits for any more.
    mutating func scannerEnded(_ end: ScannerEnd, now: Duration, random: inout some RandomNumberGenerator) {
        scannerBusySince = nil
        guard case .reading(let reading) = work else { return }
        switch end {
        case .failed(let failure): endReading(reading, .scanFailed(failure))
        case .read(let symbology, let text):
            work = nil
            if codeRead(text, now: now)?.isTaken == true {
                endReading(reading, .sameScan)
            } else if let why = scanRefusal {
                endReading(reading, why)
            } else {
                submitScan(of: text, symbology, sum: reading.sum, now: now, random: &random)
            }
        }
    }

    /// When the scanner is given up.
    var readingDeadline: Duration? {
        if case .reading(let reading) = work { reading.until } else { nil }
    }

    /// The scanner did not end in time.
    mutating func endLateReading(now: Duration) {
        guard case .reading(let reading) = work, now >= reading.until else { return }
        outputs.append(.stopScanner)
        endReading(reading, .scanTimedOut)
    }

    /// The merchant wants no more of what is being read, nor of its sum.
    mutating func drop(_ reading: ScannerReading) {
        work = nil
        onDisplay = nil
        outputs.append(.stopScanner)
        show(.scanDropped)
        if let sum = reading.sum { show(.sumTakenBack(sum.amount)) }
    }

    /// Nothing came of it. The customer is still there, and the sum waits as before.
    private mutating func endReading(_ reading: ScannerReading, _ why: TerminalDisplay) {
        work = nil
        keypad.putBack(reading.sum)
        refuseScan(why)
    }

    /// A customer's code is not taken. From now on a cancel means no customer before.
    private mutating func refuseScan(_ why: TerminalDisplay) {
        onDisplay = nil
        show(why)
    }

    /// Why no code can be taken now.
    private var scanRefusal: TerminalDisplay? {
        if !openCommands.isOpen {
            .scanNeedsSession
        } else if work != nil {
            .busy
        } else if keypad.isUnseen {
            .busy
        } else if !readiness.isReady {
            .notServing
        } else {
            nil
        }
    }

    /// - Returns: when the same text was read before, if so short a time ago that it is the same scan, and whether it
    ///   was taken for one.
    private mutating func codeRead(_ text: ScannedText, now: Duration) -> (at: Duration, isTaken: Bool)? {
        let before = lastRead.flatMap { $0.text == text && now - $0.at < Self.scanRepeat ? $0 : nil }
        lastRead = (text, now, before?.isTaken ?? false)
        return before.map { ($0.at, $0.isTaken) }
    }

    private mutating func submitScan(
        of text: ScannedText, _ symbology: Symbology, sum: Keypad.KeyedSum?, now: Duration,
        random: inout some RandomNumberGenerator
    ) {
        guard let clock = openCommands.clock else { preconditionFailure("an open session has a clock") }
        lastRead?.isTaken = true
        let scan = Scan(
            scan: .random(using: &random), symbology: symbology, text: text, amount: sum?.amount,
            at: clock.time(at: now))
        remember(ScanRecord(scan.scan, amount: scan.amount, at: scan.at))
        onDisplay = nil
        let attempt = ScanAttempt(scan, sum: sum, now: now)
        if sum == nil, counter?.amountRequired == true {
            askSum(of: attempt, now: now)
        } else {
            repeatScan(attempt, now: now)
        }
    }
}

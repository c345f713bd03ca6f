import DeviceLink
import DeviceProtocol
import RelayDomain

@testable import RelayTerminal

/// A terminal with a disk, a clock and a session, all of them values.
struct TerminalWorld {
    var core = TerminalCore()
    var journal: [CommandID: CommandRecord] = [:]
    var openScans: [ScanRecord] = []
    var calls: [DeviceRequest] = []
    var shown: [TerminalDisplay] = []
    /// What the scanner was told.
    var scanner: [TerminalOutput] = []
    var now = Duration.seconds(100)
    var random: Lottery
    /// What the welcome says of the counter.
    var facts = CounterFacts(terminal: TerminalID("counter-1")!)
    /// From a command's issue to its expiry.
    var commandLife = Duration.seconds(30)

    private static let start = Instant(milliseconds: 1_796_000_000_000)

    init(seed: UInt64 = 1) {
        random = Lottery(state: seed)
        open()
    }

    /// The relay's time, which the terminal knows exactly here.
    var relayTime: Instant { Self.start + now }

    /// What arrived together is one step.
    mutating func receive(_ inputs: TerminalInput...) {
        let (entries, outputs) = core.step(inputs, now: now, random: &random)
        for entry in entries { journal[entry.command] = entry }
        openScans = core.openScans
        for output in outputs {
            switch output {
            case .call(_, let request): calls.append(request)
            case .show(let display): shown.append(display)
            case .startScanner, .stopScanner: scanner.append(output)
            }
        }
    }

    mutating func relayReported(_ news: RelayNews) { receive(.relay(news)) }

    mutating func open() {
        relayReported(.opened(RelayTimeEstimate(Self.start, askedAt: .zero, heardAt: .zero), facts))
    }

    mutating func pass(_ time: Duration) {
        now += time
        relayReported(.timePassed)
    }

    /// The process ends without a word and starts again with what the disk remembers.
    mutating func crash() {
        core = TerminalCore(unfinished: journal.values.filter { !$0.isFinished }, scans: openScans)
        open()
    }

    mutating func end(_ number: Int) {
        let status = TransactionStatus(
            id: transaction(number), state: .ended, outcome: .approved(), sent: .yes, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 9)
        relayReported(.outcome(CommandID(transaction(number)), scan: nil, status))
    }

    func transaction(_ number: Int) -> TransactionID {
        TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number), journal: 0)!
    }

    /// A scanner that types reads a code.
    /// - Returns: what the terminal calls the relay with.
    mutating func scan(_ text: String = "99271828182845904523") -> Scan? {
        scan(.scanned(.qr, ScannedText(text)!))
    }

    /// The scanner that was started reads a code.
    /// - Returns: what the terminal calls the relay with.
    mutating func read(_ text: String) -> Scan? { scan(.scannerEnded(.read(.qr, ScannedText(text)!))) }

    private mutating func scan(_ input: TerminalInput) -> Scan? {
        let before = calls.count
        receive(input)
        guard calls.count > before, case .scan(let scan)? = calls.last else { return nil }
        return scan
    }

    /// The relay says where a command stands.
    mutating func hearState(of number: Int, _ status: TransactionStatus?) {
        let command = CommandID(transaction(number))
        let state = CommandStatus(command: command, status: status)
        relayReported(.answered(.resume([command], scans: []), .states([state], scans: [])))
    }

    /// The relay says where a scan stands; nil: it does not know it.
    mutating func hearState(of scan: SubmissionKeyText, _ status: TransactionStatus?) {
        let state = ScanStatus(scan: scan, status: status)
        relayReported(.answered(.resume([], scans: [scan]), .states([], scans: [state])))
    }

    /// Some time later, long enough for the same code to be another scan.
    mutating func scanLater(_ text: String = "99271828182845904523") -> Scan? {
        now += TerminalCore.scanRepeat
        return scan(text)
    }

    /// The relay refuses a call.
    mutating func relayRefused(_ refusal: Refusal, of call: RelayCall) {
        relayReported(.failed(call, .refused(DeviceError(Refused(refusal), to: .terminal))))
    }

    func command(
        _ number: Int, _ operation: Operation = .payment, amount: Amount? = nil, amountRequired: Bool = false,
        codeExpiry: Instant? = nil
    ) -> Command {
        let application = ApplicationID("sandbox-pay")!
        return Command(
            id: CommandID(transaction(number)), what: .sendToDestination, application: application,
            destination: DestinationID("sandbox")!, operation: operation, amount: amount,
            amountRequired: amountRequired, sealed: SealedInformation([UInt8(number)])!,
            sealedFor: SealingContext(
                application: application, terminal: TerminalID("counter-1")!, operation: operation,
                key: SubmissionKeyText("k-1")!, expiresAt: codeExpiry),
            expiresAt: relayTime + commandLife)
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

func euros(_ cents: Int64) -> Amount { Amount(minorUnits: cents, unit: .currency(CurrencyCode("EUR")!))! }
func stars(_ points: Int64) -> Amount { Amount(minorUnits: points, unit: .points(ProgramID("stars")!))! }

/// Where a transaction of ``TerminalWorld`` stands: ended if there is an outcome, else unknown.
func status(
    _ number: Int, _ outcome: Outcome?, _ state: TransactionStatus.StateName? = nil,
    marks: [ReconciliationReason] = [], isCancelRequested: Bool = false
) -> TransactionStatus {
    TransactionStatus(
        id: TerminalWorld().transaction(number), state: state ?? (outcome == nil ? .unknown : .ended),
        outcome: outcome, sent: .maybe, hopStamps: [], reconciliation: marks, isCancelRequested: isCancelRequested,
        deviceReason: nil, amount: nil, version: 1)
}

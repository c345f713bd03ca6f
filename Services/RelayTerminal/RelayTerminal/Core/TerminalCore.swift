import DeviceLink
import DeviceProtocol
import RelayDomain

/// Everything that a relay terminal decides: one command or scan at a time, each command once, the merchant's sum.
///
/// A value without clock, socket and disk. See `docs/devices.md`, "What a terminal does".
public struct TerminalCore: Sendable {
    /// How long a sum that was keyed before the tap counts.
    public static let keyedAmountLife = Duration.seconds(120)
    /// Past it a scanned code is not submitted again: it may be another customer's turn.
    public static let scanLife = Duration.seconds(30)
    /// Before a call that got no answer is repeated.
    public static let repeatDelay = Duration.seconds(1)
    /// After so long without news the terminal asks where its work stands.
    public static let newsLimit = Duration.seconds(20)

    /// What the terminal is busy with.
    enum Work: Hashable, Sendable {
        /// The merchant has yet to key the sum.
        case askingAmount(Command)
        case submitting(CommandRecord, Command?)
        /// Until the relay has accepted the scan, it is submitted again only up to a limit.
        case scanning(Scan, acceptUntil: Duration?)
    }

    var work: Work?
    /// When to ask where the work stands.
    private var askAt = Duration.zero
    /// Commands of which the outcome is not known, as the journal has them.
    var unsettled: [CommandID: CommandRecord]
    var keyed: (amount: Amount, until: Duration)?
    var clock: RelayClock?
    var isOpen = false
    /// Calls to repeat when their time has come.
    var repeats: [(at: Duration, call: TerminalCall)] = []
    /// What the current step has decided so far.
    var entries: [CommandRecord] = []
    var outputs: [TerminalOutput] = []

    /// - Parameter unsettled: what the journal remembers of before.
    public init(unsettled: [CommandRecord] = []) {
        self.unsettled = Dictionary(unsettled.map { ($0.command, $0) }) { first, _ in first }
    }

    /// When to step with ``TerminalInput/timePassed``; nil if only messages can move the terminal.
    public var deadline: Duration? {
        let asking = work != nil && isOpen ? [askAt] : []
        return (repeats.map(\.at) + asking).min()
    }

    /// One step over what arrived together. Nothing of `outputs` may happen before all of `entries` is durable.
    /// - Parameter now: the terminal's monotonic clock.
    public mutating func step(
        _ inputs: [TerminalInput], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [TerminalOutput]) {
        (entries, outputs) = ([], [])
        let before = work
        for input in inputs { take(input, now: now, random: &random) }
        if work != before { askAt = now + Self.newsLimit }
        defer { (entries, outputs) = ([], []) }
        return (entries, outputs)
    }

    private mutating func take(_ input: TerminalInput, now: Duration, random: inout some RandomNumberGenerator) {
        switch input {
        case .opened(let clock):
            self.clock = clock
            isOpen = true
            show(.online)
            resume(now: now)
        case .lost:
            isOpen = false
            repeats = []
            show(.offline)
        case .command(let command, let known): take(command, known: known, now: now)
        case .cancel(let command): cancel(command, now: now)
        case .outcome(let command, let scan, let status): hear(status, of: command, scan: scan)
        case .answered(let call, let reply): hear(reply, to: call, now: now)
        case .failed(let call, let failure): hear(failure, of: call, now: now)
        case .keyed(let amount): take(amount, now: now)
        case .scanned(let symbology, let text): take(text, symbology, now: now, random: &random)
        case .timePassed:
            repeatCalls(now: now)
            guard work != nil, isOpen, now >= askAt else { return }
            askAt = now + Self.newsLimit
            resume(now: now)
        }
    }

    // MARK: The merchant

    private mutating func take(_ amount: Amount, now: Duration) {
        if case .askingAmount(let command) = work {
            submit(command, amount: amount, now: now)
        } else {
            keyed = (amount, now + Self.keyedAmountLife)
            show(.amountReady(amount))
        }
    }

    /// A sum that was keyed in time. It counts once.
    mutating func takeKeyedAmount(now: Duration) -> Amount? {
        defer { keyed = nil }
        return keyed.flatMap { now <= $0.until ? $0.amount : nil }
    }

    private mutating func take(
        _ text: ScannedText, _ symbology: Symbology, now: Duration, random: inout some RandomNumberGenerator
    ) {
        guard isOpen, let clock else { return show(.scanNeedsSession) }
        guard work == nil else { return show(.busy) }
        let scan = Scan(
            scan: .random(using: &random), symbology: symbology, text: text, amount: takeKeyedAmount(now: now),
            at: clock.time(at: now))
        work = .scanning(scan, acceptUntil: now + Self.scanLife)
        show(.asking(nil, nil, scan.amount))
        call(.scan(scan.scan), now: now)
    }

    // MARK: The step's results

    mutating func show(_ display: TerminalDisplay) { outputs.append(.show(display)) }

    /// Puts a command's last word into the journal.
    mutating func write(_ record: CommandRecord) {
        unsettled[record.command] = record.isSettled ? nil : record
        entries.append(record)
    }

    /// Makes a call out of what the terminal knows now; nothing, if that is no longer to be said.
    mutating func call(_ call: TerminalCall, now: Duration) {
        guard isOpen, let clock, let request = request(for: call, at: clock.time(at: now)) else { return }
        outputs.append(.call(call, request))
    }

    private func request(for call: TerminalCall, at: Instant) -> DeviceRequest? {
        switch call {
        case .received(let id):
            guard case .askingAmount(let command) = work, command.id == id else { return nil }
            return .received(id, at: at)
        case .submit(let id):
            guard case .submitted(let sealed?, let amount) = unsettled[id]?.word else { return nil }
            return .submit(id, sealed, amount: amount, at: at)
        case .result(let id):
            guard case .ended(let result, let evidence) = unsettled[id]?.word else { return nil }
            return .result(id, result, evidence, at: at)
        case .scan(let id):
            guard case .scanning(let scan, acceptUntil: _) = work, scan.scan == id else { return nil }
            return .scan(scan)
        case .resume(let commands):
            return .resume(commands)
        }
    }
}

extension SubmissionKeyText {
    /// A new scan ID: 25 letters that say nothing, 120 bits of chance.
    static func random(using random: inout some RandomNumberGenerator) -> SubmissionKeyText {
        let letters = Array("0123456789abcdefghjkmnpqrstvwxyz")
        let text = "s" + (0..<24).map { _ in String(letters[Int.random(in: 0..<32, using: &random)]) }.joined()
        guard let id = SubmissionKeyText(text) else { preconditionFailure("letters and digits make an identifier") }
        return id
    }
}

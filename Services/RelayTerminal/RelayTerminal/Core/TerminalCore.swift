import DeviceLink
import DeviceProtocol
import RelayDomain

/// Everything that a relay terminal decides: one command or scan at a time, each command once, the merchant's sum.
///
/// A value without clock, socket and disk. See `docs/devices.md`, "What a terminal does".
public struct TerminalCore: DeviceCore, Sendable {
    /// Past it a scanned code is not submitted again: it may be another customer's turn.
    public static let scanLife = Duration.seconds(30)
    /// The same text, read again so soon, is the same scan: scanners read what lies before them again and again.
    public static let scanRepeat = Duration.seconds(3)
    /// How many scans without outcome are remembered; of more the oldest is left to the relay's records.
    static let openScansMax = 64
    /// How long the scanner may read. After that the merchant is told, and can go on with the customer.
    public static let readingTimeout = Duration.seconds(5)

    /// What the terminal is busy with.
    enum Work: Hashable, Sendable {
        /// The merchant has yet to key a command's sum. Once the relay knows that, it is not told again.
        case asking(Command, AmountPrompt, relayKnows: Bool)
        case submitting(CommandID)
        /// The scanner has yet to read a customer's code.
        case reading(ScannerReading)
        /// The relay may not have the scan yet.
        case scanning(ScanAttempt)
        /// The relay has the scan.
        case awaiting(SubmissionKeyText)
    }

    var work: Work?
    /// The last command that was taken up since the start.
    var current: Command?
    /// When to ask where the work stands.
    private var askAt = Duration.zero
    /// Commands of which the outcome is not known, and what is to be said again.
    var openCommands: OpenCommands
    /// Scans of which the outcome is not known, the oldest first; the one in work is among them.
    var scans: [ScanRecord]
    /// Scans whose end is shown, and which the disk forgets with the next step: what is shown may be shown twice, but
    /// not never.
    var shownScans: [ScanRecord] = []
    /// What was shown last of what is not at its end, so that it is not shown at each asking.
    var told: [Cancelable: TransactionStatus] = [:]
    /// What stands on the display without its outcome, though the terminal is not busy with it: what *cancel* means
    /// then.
    var onDisplay: Cancelable?
    /// A scan that the relay once had and then did not know.
    var missing: SubmissionKeyText?
    /// Whose a keyed sum is.
    var keypad: Keypad
    /// What the last welcome said of the counter; nil before the first.
    private(set) var counter: CounterFacts?
    /// What passes at the tag of this paired counter, until its outcome.
    var passing: PassingTransaction?
    /// Whether the merchant serves customers here.
    var readiness = DeviceReadiness.ready
    /// Whether there has been a session since the start.
    private var hasOpened = false
    /// The code that was read last, when, and whether it was taken for a scan.
    var lastRead: (text: ScannedText, at: Duration, isTaken: Bool)?
    /// Since when the scanner has been reading. It reads on until it notices that nobody waits for it any more.
    var scannerBusySince: Duration?
    /// What was shown last.
    private(set) var shownLast: TerminalDisplay?
    /// What the current step has decided so far.
    var outputs: [TerminalOutput] = []

    /// - Parameters:
    ///   - unfinished: what the journal remembers of before.
    ///   - scans: the scans whose outcome was not known then, the oldest first.
    public init(unfinished: [CommandRecord] = [], scans: [ScanRecord] = []) {
        openCommands = OpenCommands(unfinished: unfinished)
        self.scans = scans
        // A scan that the relay has not accepted may have waited for its sum.
        keypad = Keypad(
            questionWasLost: unfinished.contains { $0.report == .met } || scans.contains { !$0.isAccepted })
        onDisplay = scans.last.map { .scan($0.scan) }
    }

    public var openScans: [ScanRecord] { scans + shownScans }

    /// Whose sum the merchant is asked for.
    public var asked: Cancelable? { question?.of }

    /// Whether there is anything of which the relay may have news.
    private var isWaiting: Bool { work != nil || !openCommands.unfinished.isEmpty || !scans.isEmpty }

    /// When to step with ``TerminalInput/timePassed``; nil if only messages can move the terminal.
    public var deadline: Duration? {
        [
            openCommands.nextRepeat, isWaiting && openCommands.isOpen ? askAt : nil,
            question?.sum.until,
            readingDeadline, scanDeadline, keypad.deadline, shownScans.isEmpty ? nil : .zero,
        ].compactMap(\.self).min()
    }

    /// One step over what arrived together. Nothing of `outputs` may happen before all of `entries` is durable.
    /// - Parameter now: the terminal's monotonic clock.
    public mutating func step(
        _ inputs: [TerminalInput], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [TerminalOutput]) {
        let (before, wasWaiting) = (work, isWaiting)
        shownScans = []
        for input in inputs {
            endLateQuestion(now: now)
            endLateReading(now: now)
            switch input {
            case .relay(let news): relayReported(news, now: now)
            case .keyed(let amount): amountKeyed(amount, now: now)
            case .cleared: clear()
            case .served(let readiness): serve(readiness, now: now)
            case .canceled: cancelWork(now: now)
            case .scanned(let symbology, let text): codeScanned(text, symbology, now: now, random: &random)
            case .scanRequested: scanRequested(now: now)
            case .scannerEnded(let end): scannerEnded(end, now: now, random: &random)
            }
        }
        showWaitingSum(now: now)
        if work != before || !wasWaiting { askAt = now + OpenCommands.newsTimeout }
        defer { outputs = [] }
        return (openCommands.takeEntries(), outputs)
    }

    private mutating func relayReported(_ news: RelayNews, now: Duration) {
        let (asked, shown) = (question, outputs.count)
        defer {
            if let asked, question?.of != asked.of {
                endQuestion(isShown: outputs[shown...].contains { $0.call == nil }, now: now)
            }
        }
        switch news {
        case .opened(let clock, let facts):
            openCommands.opened(clock)
            counter = facts
            show(.online)
            if !hasOpened { showWhatIsOpen(now: now) }
            (hasOpened, told) = (true, [:])
            tellWhatOnlyASessionKnows(now: now)
            resume(now: now)
        case .lost:
            openCommands.lost()
            attemptLost()
            show(.offline)
        case .command(let command, let known): commandReceived(command, known: known, now: now)
        case .cancel(let command): cancel(command, now: now)
        case .outcome(let command, let scan, let status): statusReceived(status, of: command, scan: scan, now: now)
        case .time(let clock): openCommands.set(clock)
        case .passing(let passing): passingReported(passing)
        case .answered(let call, let reply): relayReplied(reply, to: call, now: now)
        case .failed(.scan(let scan), let failure): attemptFailed(scan, failure, now: now)
        case .failed(let call, let failure):
            if let error = openCommands.failed(call, failure, now: now) { relayRefused(error, of: call, now: now) }
        case .timePassed:
            for call in openCommands.takeRepeats(now: now) { again(call, now: now) }
            if let scanDeadline, now >= scanDeadline { goOnScanning(now: now) }
            if isWaiting, openCommands.isOpen, now >= askAt { resume(now: now) }
        }
    }

    /// After a restart: what was under way before it.
    private mutating func showWhatIsOpen(now: Duration) {
        if openCommands.unfinished.values.contains(where: { $0.report == .met }) { show(.questionOver) }
        for record in scans { show(.earlierScan(record, ago: age(of: record, now: now), nil)) }
    }

    /// Whether its outcome has yet to be told.
    func isOpen(_ cancelable: Cancelable) -> Bool {
        switch cancelable {
        case .command(let command): openCommands.unfinished[command] != nil
        case .scan(let scan): record(of: scan) != nil
        case .transaction(let id): passing?.id == id
        }
    }

    /// What the terminal was busy with is over. From now on a cancel means no customer before.
    mutating func endWork() {
        work = nil
        onDisplay = nil
    }

    // MARK: The step's results

    mutating func show(_ display: TerminalDisplay) {
        shownLast = display
        outputs.append(.show(display))
    }

    /// From now on, after a while without news, the terminal asks again.
    mutating func putOffAsking(now: Duration) { askAt = now + OpenCommands.newsTimeout }

    /// Makes a call out of what the terminal knows now; nothing, if that is no longer to be said.
    mutating func call(_ call: RelayCall, now: Duration) {
        guard openCommands.isOpen, let clock = openCommands.clock,
            let request = request(for: call, at: clock.time(at: now))
        else {
            return
        }
        outputs.append(.call(call, request))
    }

    private func request(for call: RelayCall, at: Instant) -> DeviceRequest? {
        switch call {
        case .received(let id):
            guard case .asking(let command, _, relayKnows: false) = work, command.id == id else { return nil }
            return .received(id, at: at)
        case .submit(let id):
            guard case .submitted(let sealed?, let amount) = openCommands.unfinished[id]?.report else { return nil }
            return .submit(id, sealed, amount: amount, at: at)
        case .result(let id):
            guard case .ended(let result, let evidence) = openCommands.unfinished[id]?.report else { return nil }
            return .result(id, result, evidence, at: at)
        case .scan(let id):
            guard case .scanning(let attempt) = work, attempt.id == id else { return nil }
            return .scan(attempt.scan)
        case .cancel(let cancelable):
            return isOpen(cancelable) ? .cancel(cancelable, at: at) : nil
        case .resume(let commands, let scans):
            return .resume(commands, scans: scans)
        case .state(let isReady, let reason):
            return readiness.isReady == isReady ? .state(isReady: isReady, reason: reason) : nil
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

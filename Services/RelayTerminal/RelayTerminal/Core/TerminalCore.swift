import DeviceLink
import DeviceProtocol
import RelayDomain

/// Everything that a relay terminal decides: one command or scan at a time, each command once, the merchant's sum.
///
/// A value without clock, socket and disk. See `docs/devices.md`, "What a terminal does".
public struct TerminalCore: DeviceCore, Sendable {
    /// How long a sum that was keyed before the tap counts.
    public static let keyedAmountLife = Duration.seconds(120)
    /// Past it a scanned code is not submitted again: it may be another customer's turn.
    public static let scanLife = Duration.seconds(30)
    /// How long an accepted scan is asked about. The relay knows its ID for a day; later it would be a new one.
    static let scanAskLimit = Duration.seconds(12 * 60 * 60)
    /// How many scans are asked about beside the work; of more the oldest are left to the relay to tell.
    static let awaitedScansMost = 8

    /// What the terminal is busy with.
    enum Work: Hashable, Sendable {
        /// The merchant has yet to key the sum. Once the relay knows that, it is not told again.
        case askingAmount(Command, relayKnows: Bool)
        case submitting(CommandID)
        /// Past `until` a scan that the relay may not have is not submitted again.
        case scanning(Scan, Acceptance, until: Duration)
    }

    var work: Work?
    /// When to ask where the work stands.
    private var askAt = Duration.zero
    /// Commands of which the outcome is not known, and what is to be said again.
    var desk: CommandDesk
    /// Scans that the relay has accepted and of which it has said that it does not know the outcome yet.
    var awaitedScans: [Scan] = []
    /// Scans that the merchant wants no more, until the relay has noted it. A command's wish is its record: see
    /// ``cancelWork(now:)``.
    var unwantedScans: Set<SubmissionKeyText> = []
    /// Scans of before a restart, whose texts nobody has kept. They cannot be asked about; the merchant is warned.
    var lostScans: Set<SubmissionKeyText>
    /// Whether ``lostScans`` have been shown.
    private var isWarned = false
    /// What was shown last of a command that is not at its end, so that it is not shown at each asking.
    var told: [CommandID: TransactionStatus] = [:]
    private var keyed: (amount: Amount, until: Duration)?
    /// What the current step has decided so far.
    private var outputs: [TerminalOutput] = []

    /// - Parameters:
    ///   - unsettled: what the journal remembers of before.
    ///   - scans: the scans whose outcome was not known then.
    public init(unsettled: [CommandRecord] = [], scans: Set<SubmissionKeyText> = []) {
        desk = CommandDesk(unsettled: unsettled)
        lostScans = scans
    }

    /// Those in work, those that are asked about, and those that only the merchant can look after.
    public var openScans: Set<SubmissionKeyText> {
        var open = lostScans.union(awaitedScans.map(\.scan))
        if case .scanning(let scan, _, until: _) = work { open.insert(scan.scan) }
        return open
    }

    /// Whether there is anything of which the relay may have news.
    private var isWaiting: Bool { work != nil || !desk.unsettled.isEmpty || !awaitedScans.isEmpty }

    /// When to step with ``TerminalInput/timePassed``; nil if only messages can move the terminal.
    public var deadline: Duration? {
        [desk.nextRepeat, isWaiting && desk.isOpen ? askAt : nil].compactMap(\.self).min()
    }

    /// One step over what arrived together. Nothing of `outputs` may happen before all of `entries` is durable.
    /// - Parameter now: the terminal's monotonic clock.
    public mutating func step(
        _ inputs: [TerminalInput], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [TerminalOutput]) {
        let (before, wasWaiting) = (work, isWaiting)
        for input in inputs {
            switch input {
            case .relay(let news): hear(news, now: now)
            case .keyed(let amount): take(amount, now: now)
            case .canceled: cancelWork(now: now)
            case .scanned(let symbology, let text): take(text, symbology, now: now, random: &random)
            }
        }
        unwantedScans.formIntersection(openScans)
        if work != before || !wasWaiting { askAt = now + CommandDesk.newsLimit }
        defer { outputs = [] }
        return (desk.takeEntries(), outputs)
    }

    private mutating func hear(_ news: RelayNews, now: Duration) {
        switch news {
        case .opened(let clock, _):
            desk.opened(clock)
            show(.online)
            told = [:]
            if !lostScans.isEmpty {
                show(.scanInDoubt)
                isWarned = true
            }
            resume(now: now)
        case .lost:
            desk.lost()
            attemptLost()
            show(.offline)
        case .command(let command, let known): take(command, known: known, now: now)
        case .cancel(let command): cancel(command, now: now)
        case .outcome(let command, let scan, let status): hear(status, of: command, scan: scan)
        case .time(let clock): desk.set(clock)
        case .passing: break
        case .answered(let call, let reply): hear(reply, to: call, now: now)
        case .failed(let call, let failure):
            if case .scan(let scan) = call { attemptFailed(scan, failure) }
            if let error = desk.failed(call, failure, now: now) { hear(error, of: call) }
        case .timePassed:
            for call in desk.takeRepeats(now: now) { again(call, now: now) }
            if isWaiting, desk.isOpen, now >= askAt { resume(now: now) }
        }
    }

    // MARK: The merchant

    private mutating func take(_ amount: Amount, now: Duration) {
        goOn()
        if case .askingAmount(let command, relayKnows: _) = work {
            guard command.operation.counts(amount.unit) else { return askAmount(for: command) }
            submit(command, amount: amount, now: now)
        } else {
            keyed = (amount, now + Self.keyedAmountLife)
            show(.amountReady(amount))
        }
    }

    /// A sum that was keyed in time. It counts once.
    /// - Parameter operation: what the sum is for; a sum that it does not count is left to the next. nil: a scan, of
    ///   which only the relay knows what it is for.
    mutating func takeKeyedAmount(for operation: Operation?, now: Duration) -> Amount? {
        guard let keyed, operation?.counts(keyed.amount.unit) ?? true else { return nil }
        self.keyed = nil
        return now <= keyed.until ? keyed.amount : nil
    }

    private mutating func take(
        _ text: ScannedText, _ symbology: Symbology, now: Duration, random: inout some RandomNumberGenerator
    ) {
        goOn()
        guard desk.isOpen, let clock = desk.clock else { return show(.scanNeedsSession) }
        guard work == nil else { return show(.busy) }
        let scan = Scan(
            scan: .random(using: &random), symbology: symbology, text: text,
            amount: takeKeyedAmount(for: nil, now: now), at: clock.time(at: now))
        work = .scanning(scan, .asked(after: nil), until: now + Self.scanLife)
        show(.asking(nil, nil, scan.amount))
        call(.scan(scan.scan), now: now)
    }

    /// The merchant wants no more of it. What the relay does not have is the terminal's own to end. What it may have is
    /// not submitted again, and the relay is told until it has noted it.
    private mutating func cancelWork(now: Duration) {
        goOn()
        switch work {
        case nil: show(.idle)
        case .askingAmount(let command, relayKnows: _):
            cancel(command.id, now: now)
            show(.canceled)
        case .submitting(let command):
            // Without its sealed bytes a command cannot be submitted again; so the journal remembers the wish as well.
            if let word = desk.unsettled[command]?.word { desk.write(command, word.withoutSealedBytes) }
            show(.canceling)
            call(.cancel(.command(command)), now: now)
        case .scanning(_, .refused, until: _): drop(.canceled)
        case .scanning(let scan, _, until: _):
            unwantedScans.insert(scan.scan)
            show(.canceling)
            call(.cancel(.scan(scan.scan)), now: now)
        }
    }

    /// Whoever goes on after the warning has read it.
    private mutating func goOn() {
        if isWarned { lostScans = [] }
    }

    /// Whether its outcome has yet to be told.
    func isOpen(_ cancelable: Cancelable) -> Bool {
        switch cancelable {
        case .command(let command): desk.unsettled[command] != nil
        case .scan(let scan): openScans.contains(scan)
        case .transaction: false
        }
    }

    // MARK: The step's results

    mutating func show(_ display: TerminalDisplay) { outputs.append(.show(display)) }

    /// From now on, after a while without news, the terminal asks again.
    mutating func putOffAsking(now: Duration) { askAt = now + CommandDesk.newsLimit }

    /// Makes a call out of what the terminal knows now; nothing, if that is no longer to be said.
    mutating func call(_ call: RelayCall, now: Duration) {
        guard desk.isOpen, let clock = desk.clock, let request = request(for: call, at: clock.time(at: now)) else {
            return
        }
        outputs.append(.call(call, request))
    }

    private func request(for call: RelayCall, at: Instant) -> DeviceRequest? {
        switch call {
        case .received(let id):
            guard case .askingAmount(let command, relayKnows: false) = work, command.id == id else { return nil }
            return .received(id, at: at)
        case .submit(let id):
            guard case .submitted(let sealed?, let amount) = desk.unsettled[id]?.word else { return nil }
            return .submit(id, sealed, amount: amount, at: at)
        case .result(let id):
            guard case .ended(let result, let evidence) = desk.unsettled[id]?.word else { return nil }
            return .result(id, result, evidence, at: at)
        case .scan(let id):
            if case .scanning(let scan, _, until: _) = work, scan.scan == id { return .scan(scan) }
            return awaitedScans.first { $0.scan == id }.map { .scan($0) }
        case .cancel(let cancelable):
            return isOpen(cancelable) ? .cancel(cancelable, at: at) : nil
        case .resume(let commands, let scans):
            return .resume(commands, scans: scans)
        case .state(let isReady, let reason):
            return .state(isReady: isReady, reason: reason)
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

import DeviceProtocol
import RelayDomain

/// What every device keeps of its commands, whatever it does with them: which are open, what is to be said again, and
/// what one step has to make durable. A part of a ``DeviceCore``.
public struct OpenCommands: Sendable {
    /// Before a call that got no answer is repeated.
    public static let repeatDelay = Duration.seconds(1)
    /// After so long without news a device asks where its work stands.
    public static let newsTimeout = Duration.seconds(20)

    /// The last word on each command of which the outcome is not known.
    public private(set) var unfinished: [CommandID: CommandRecord]
    /// The relay's time; nil before the first session.
    public private(set) var clock: RelayTimeEstimate?
    public private(set) var isOpen = false
    private var repeats: [(at: Duration, call: RelayCall)] = []
    private var entries: [CommandRecord] = []

    /// - Parameter unfinished: what the journal remembers of before.
    public init(unfinished: [CommandRecord]) {
        self.unfinished = Dictionary(unfinished.map { ($0.command, $0) }) { first, _ in first }
    }

    public mutating func opened(_ clock: RelayTimeEstimate) {
        self.clock = clock
        isOpen = true
    }

    /// The relay's time is another than was thought.
    public mutating func set(_ clock: RelayTimeEstimate) { self.clock = clock }

    /// What was to be repeated is asked for by `resume` when the session stands again.
    public mutating func lost() {
        isOpen = false
        repeats = []
    }

    /// Whether a command may still be started; never, if the relay's time is not known.
    public func mayStart(_ command: Command, now: Duration) -> Bool {
        clock.map { command.mayStart(at: $0.time(at: now)) } ?? false
    }

    // MARK: Last words

    /// Puts a command's last word into the journal.
    public mutating func write(_ command: CommandID, _ word: CommandReport) {
        unfinished[command] = CommandRecord(command, word)
        entries.append(CommandRecord(command, word))
    }

    /// Takes up a word of before, so that it can be said again. The journal has it already.
    public mutating func recall(_ command: CommandID, _ word: CommandReport) {
        unfinished[command] = CommandRecord(command, word)
    }

    /// Nothing is left to be said about a command.
    public mutating func finish(_ command: CommandID) {
        if let record = unfinished.removeValue(forKey: command) { entries.append(record.finished) }
    }

    /// What the step has decided, for the journal.
    public mutating func takeEntries() -> [CommandRecord] {
        defer { entries = [] }
        return entries
    }

    // MARK: Calls

    /// The calls that ask what became of everything that is open: commands, the newest first, then scans.
    /// - Parameter scans: those of which the device knows no outcome.
    public func resumptions(scans: [SubmissionKeyText] = []) -> [RelayCall] {
        let open = unfinished.keys.sorted { $0.text > $1.text }.map(Cancelable.command) + scans.map(Cancelable.scan)
        return stride(from: 0, to: open.count, by: DeviceLimits.resumedMax).map { start in
            let part = open[start..<min(start + DeviceLimits.resumedMax, open.count)]
            return .resume(
                part.compactMap { if case .command(let command) = $0 { command } else { nil } },
                scans: part.compactMap { if case .scan(let scan) = $0 { scan } else { nil } })
        }
    }

    /// Sees to a call that failed: notes it to be made again.
    /// - Returns: the relay's last word, if it must not be made again.
    public mutating func failed(
        _ call: RelayCall, _ failure: DeviceSessionStateMachine.CallFailure, now: Duration
    ) -> DeviceError? {
        switch failure {
        case .connectionLost: return nil  // `resume` sees to it.
        case .noReply, .unreadable: scheduleRepeat(call, at: now + Self.repeatDelay)
        case .refused(let error):
            guard case .sameKey(let after) = error.retry else { return error }
            scheduleRepeat(call, at: now + (after ?? Self.repeatDelay))
        }
        return nil
    }

    /// When the next call is to be repeated.
    public var nextRepeat: Duration? { repeats.map(\.at).min() }

    /// The calls whose time has come.
    public mutating func takeRepeats(now: Duration) -> [RelayCall] {
        let due = repeats.filter { $0.at <= now }.map(\.call)
        repeats.removeAll { $0.at <= now }
        return due
    }

    private mutating func scheduleRepeat(_ call: RelayCall, at time: Duration) {
        guard isOpen, !repeats.contains(where: { $0.call == call }) else { return }
        repeats.append((time, call))
    }
}

import DeviceProtocol
import RelayDomain

/// What every device stores about its commands: which are open, which calls are to be repeated, and what one step has
/// to make durable. A part of a ``DeviceCore``.
public struct OpenCommands: Sendable {
    /// The pause before a call is repeated whose answer names none, or cannot be read.
    public static let repeatDelay = Duration.seconds(1)
    /// After this time without an event a device asks for the state of its open work.
    public static let newsTimeout = Duration.seconds(20)

    /// The last report on each command whose outcome is not known.
    public private(set) var unfinished: [CommandID: CommandRecord]
    /// The relay's time; nil before the first session.
    public private(set) var clock: RelayTimeEstimate?
    /// Whether a session is open.
    public private(set) var isOpen = false
    private var repeats: [(at: Duration, call: RelayCall)] = []
    private var entries: [CommandRecord] = []

    /// - Parameter unfinished: the records of earlier runs from the journal.
    public init(unfinished: [CommandRecord]) {
        self.unfinished = Dictionary(unfinished.map { ($0.command, $0) }) { first, _ in first }
    }

    /// A session has opened, with this estimate of the relay's time.
    public mutating func opened(_ clock: RelayTimeEstimate) {
        self.clock = clock
        isOpen = true
    }

    /// The relay's time differs from the estimate.
    public mutating func set(_ clock: RelayTimeEstimate) { self.clock = clock }

    /// Pending repeats are dropped: `resume` asks for the same when the session is open again.
    public mutating func lost() {
        isOpen = false
        repeats = []
    }

    /// Whether a command may still be started; never, if the relay's time is not known.
    public func mayStart(_ command: Command, now: Duration) -> Bool {
        clock.map { command.mayStart(at: $0.time(at: now)) } ?? false
    }

    // MARK: Last reports

    /// Adds a command's last report to the entries for the journal.
    public mutating func write(_ command: CommandID, _ word: CommandReport) {
        unfinished[command] = CommandRecord(command, word)
        entries.append(CommandRecord(command, word))
    }

    /// Takes up an earlier report, so that it can be sent again. The journal has it already.
    public mutating func recall(_ command: CommandID, _ word: CommandReport) {
        unfinished[command] = CommandRecord(command, word)
    }

    /// Nothing is left to report about a command.
    public mutating func finish(_ command: CommandID) {
        if let record = unfinished.removeValue(forKey: command) { entries.append(record.finished) }
    }

    /// Returns the step's entries for the journal, and clears them.
    public mutating func takeEntries() -> [CommandRecord] {
        defer { entries = [] }
        return entries
    }

    // MARK: Calls

    /// The calls that ask for the state of everything that is open: commands, the newest first, then scans.
    /// - Parameter scans: those whose outcome the device does not know.
    public func resumptions(scans: [SubmissionKeyText] = []) -> [RelayCall] {
        let open = unfinished.keys.sorted { $0.text > $1.text }.map(Cancelable.command) + scans.map(Cancelable.scan)
        return stride(from: 0, to: open.count, by: DeviceLimits.resumedMax).map { start in
            let part = open[start..<min(start + DeviceLimits.resumedMax, open.count)]
            return .resume(
                part.compactMap { if case .command(let command) = $0 { command } else { nil } },
                scans: part.compactMap { if case .scan(let scan) = $0 { scan } else { nil } })
        }
    }

    /// Plans the repeat of a call that failed.
    /// - Returns: the relay's final answer, if the call must not be repeated.
    public mutating func failed(
        _ call: RelayCall, _ failure: DeviceSessionStateMachine.CallFailure, now: Duration
    ) -> DeviceError? {
        switch failure {
        case .connectionLost: return nil  // `resume` replaces the repeat.
        case .noReply: scheduleRepeat(call, at: now)  // It has waited for the reply.
        case .unreadable: scheduleRepeat(call, at: now + Self.repeatDelay)
        case .refused(let error):
            guard case .sameKey(let after) = error.retry else { return error }
            scheduleRepeat(call, at: now + (after ?? Self.repeatDelay))
        }
        return nil
    }

    /// When the next call is to be repeated.
    public var nextRepeat: Duration? { repeats.map(\.at).min() }

    /// Returns the calls that are due, and removes them.
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

import DeviceLink
import DeviceProtocol
import RelayDomain

/// Everything that a POS agent decides: one command at a time, each sent once, and what may be said about it.
///
/// The rule of evidence: before `entering` is written down, any failure is a refusal and nothing was sent. From then on
/// the code may stand in the POS's field, where the cashier can send it: a failure is a refusal only once the window
/// was seen closed or its field empty. After a sending only what the POS program says counts; without it the agent is
/// uncertain. A value without clock, socket and disk. See `docs/devices.md`, "What a POS agent does".
public struct AgentCore: DeviceCore, Sendable {
    /// After `proceed`, the agent says something before the relay gives it up (45 s).
    public static let resultTimeout = Duration.seconds(38)
    /// How long a restart tries to see that the code of before stands in no field any more.
    public static let clearingTimeout = Duration.seconds(20)
    /// Before a confirmation or a clearing that failed is tried again, and between two confirmations where the POS says
    /// at once that it is sending.
    public static let retryDelay = Duration.seconds(1)

    /// The command that is being carried out.
    struct Work: Hashable, Sendable {
        let id: CommandID
        /// Nil after a restart: then it is only brought to its end.
        let command: Command?
        var stage: Stage
        /// From `proceed` or the restart on: when a result is due.
        var resultBy = Duration.zero
        /// When a confirmation was asked for last.
        var confirmedAt = Duration.zero
        /// From the activation on.
        var opening: WindowOpening?
        /// From *enter* until the field was seen empty or the window closed.
        var mayStandInField = false
        /// The sale that was compared; nil if it cannot be read.
        var sale: Sale?
        var amountCheck = Evidence.AmountCheck.unchecked
        /// Whether the POS program says that something was sent, by the agent or by the cashier.
        var isSent = false
        /// What shows that the POS program has the code; nil before a sending.
        var sighting: Evidence.Sighting?
        var isCanceled = false
    }

    enum Stage: Hashable, Sendable {
        /// `received` is on its way; nothing may be done before `proceed`.
        case asking
        case locating, activating
        /// From here on the code may stand in the field.
        case entering, looking
        /// The refusal is said when the window was seen closed, or its field empty.
        case clearing(ReasonCode)
        /// From here on the POS program may have it.
        case sending, confirming
        /// A step failed or brought no end; it is taken again at a time.
        case pausing(until: Duration, Retry)
    }

    /// What is tried again after a pause.
    enum Retry: Hashable, Sendable {
        case confirmation, clearing(ReasonCode)
    }

    var work: Work?
    /// Commands of before a restart whose codes may stand in a field: each is brought to its end, the newest last.
    var interrupted: [(command: CommandID, opening: WindowOpening)] = []
    var watch = Watch()
    /// Commands of which the outcome is not known, and what is to be said again.
    var openCommands: OpenCommands
    var outputs: [AgentOutput] = []
    var isStopping = false
    /// The driver's step that is under way: what another number says is old news.
    private(set) var stepNumber: UInt64 = 0
    private(set) var stepUntil = Duration.zero
    private var askAt = Duration.zero

    /// - Parameter unfinished: what the journal remembers of before. What was about to be sent then is uncertain now.
    public init(unfinished: [CommandRecord] = []) {
        let records = unfinished.map { record in
            record.report == .sending ? CommandRecord(record.command, .ended(.uncertain, nil)) : record
        }
        openCommands = OpenCommands(unfinished: records)
        for record in records.reversed() {
            if case .entering(let opening) = record.report { interrupted.append((record.command, opening)) }
        }
    }

    /// When to step with ``AgentInput/timePassed``; nil if only messages can move the agent.
    public var deadline: Duration? {
        let ownTime: Duration? =
            switch work?.stage {
            case .locating, .activating, .entering, .looking, .clearing, .sending, .confirming: stepUntil
            case .pausing(let until, _): until
            case .asking, nil: openCommands.isOpen && !openCommands.unfinished.isEmpty ? askAt : nil
            }
        return [openCommands.nextRepeat, ownTime, watchDeadline].compactMap(\.self).min()
    }

    /// One step over what arrived together. Nothing of `outputs` may happen before all of `entries` is durable.
    /// - Parameter now: the agent's monotonic clock.
    public mutating func step(
        _ inputs: [AgentInput], now: Duration, random: inout some RandomNumberGenerator
    ) -> (entries: [CommandRecord], outputs: [AgentOutput]) {
        goOnAfterRestart(now: now)
        for input in inputs {
            switch input {
            case .relay(let news): relayReported(news, now: now)
            case .driven(let number, let news): driven(number, news, now: now)
            case .stopping: isStopping = true
            }
        }
        goOnAfterRestart(now: now)
        probe(now: now)
        if isStopping, work == nil { outputs.append(.stopped) }
        defer { outputs = [] }
        return (openCommands.takeEntries(), outputs)
    }

    private mutating func driven(_ number: UInt64, _ news: DriverNews, now: Duration) {
        if number == watch.probe {
            probed(news, now: now)
        } else if number == stepNumber {
            driverReported(news, now: now)
        }
    }

    private mutating func relayReported(_ news: RelayNews, now: Duration) {
        switch news {
        case .opened(let clock, _):
            openCommands.opened(clock)
            resume(now: now)
            if watch.readiness != .ready { tellReadiness(now: now) }
        case .lost: openCommands.lost()
        case .command(let command, let known): commandReceived(command, known: known, now: now)
        case .cancel(let command): cancel(command, now: now)
        case .outcome(let command, scan: _, let status):
            outputs.append(.note(.outcome(status)))
            if let command, status.state == .ended { finish(command) }
        case .time(let clock): openCommands.set(clock)
        case .passing: break  // For relay terminals.
        case .answered(let call, let reply): relayReplied(reply, to: call, now: now)
        case .failed(let call, let failure):
            if let error = openCommands.failed(call, failure, now: now) { relayRefused(error, of: call) }
        case .timePassed: passTime(now: now)
        }
    }

    private mutating func passTime(now: Duration) {
        for call in openCommands.takeRepeats(now: now) { self.call(call, now: now) }
        switch work?.stage {
        case .pausing(let until, let step): if now >= until { retry(step, now: now) }
        case .locating, .activating, .entering, .looking, .clearing, .sending, .confirming:
            if now >= stepUntil { driverReported(.failed(.silent), now: now) }
        case .asking, nil:
            if openCommands.isOpen, now >= askAt { resume(now: now) }
        }
    }

    // MARK: The step's results

    mutating func drive(_ step: DriverStep, within limit: Duration = DriverLimits.step, now: Duration) {
        stepNumber += 1
        stepUntil = now + limit + .seconds(1)  // The driver keeps the limit itself; this is for one that does not.
        outputs.append(.drive(stepNumber, step))
    }

    /// Makes a call out of what the agent knows now; nothing, if that is no longer to be said.
    mutating func call(_ call: RelayCall, now: Duration) {
        guard openCommands.isOpen, let clock = openCommands.clock else { return }
        let at = clock.time(at: now)
        switch call {
        case .received(let id):
            guard let work, work.id == id, work.stage == .asking else { return }
            outputs.append(.call(call, .received(id, at: at)))
        case .result(let id):
            guard case .ended(let result, let evidence) = openCommands.unfinished[id]?.report else { return }
            outputs.append(.call(call, .result(id, result, evidence, at: at)))
        case .resume(let commands, _):
            outputs.append(.call(call, .resume(commands)))
        case .state(let isReady, let reason):
            guard watch.readiness == DeviceReadiness(isReady: isReady, reason: reason) else { return }
            outputs.append(.call(call, .state(isReady: isReady, reason: reason)))
        case .submit, .scan, .cancel:
            preconditionFailure("terminals submit, scan and cancel; agents do not")
        }
        askAt = now + OpenCommands.newsTimeout
    }
}

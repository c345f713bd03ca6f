/// Decides when a process is deaf: one of its loops has not come round for ``deafMax``, so that the process serves no
/// requests.
///
/// Reports are its input, a verdict its output; it has no clock and no pipe. Slow is not deaf: a process whose loops
/// come round within ``deafMax`` is never killed.
///
/// Only time during which the watchdog itself was running counts, at most ``glanceMax`` between two checks. So a
/// sleeping machine, a paused container or a watchdog without CPU time does not make the process deaf.
public struct LoopWatch: Sendable {
    /// How long a loop may be silent.
    public static let deafMax = Duration.seconds(5)
    /// How long a process may have no loop, at its start and at its end.
    public static let loopless = Duration.seconds(30)
    /// How much time counts at most between two checks.
    static let glanceMax = Duration.seconds(1)

    /// Why a process is to be killed.
    public enum Verdict: Hashable, Sendable, CustomStringConvertible {
        case deaf(loop: String)
        case loopless

        public var description: String {
            switch self {
            case .deaf(let loop): "loop '\(loop)' has not come round for \(LoopWatch.deafMax.components.seconds) s"
            case .loopless: "no loop ran for \(LoopWatch.loopless.components.seconds) s"
            }
        }
    }

    private var lastLook: ContinuousClock.Instant
    /// The time during which the watchdog was running.
    private var watched = Duration.zero
    /// When each loop last reported, in watched time.
    private var loops: [String: Duration] = [:]
    private var looplessSince = Duration.zero
    private var isJudged = false

    /// - Parameter now: when the process was started.
    public init(at now: ContinuousClock.Instant) { lastLook = now }

    /// Handles the reports since the last check.
    /// - Returns: why the process is to be killed; returned once.
    mutating func look(_ words: [LoopReport], at now: ContinuousClock.Instant) -> Verdict? {
        // A longer gap means that the watchdog itself did not run, so reports may be waiting in the pipe.
        watched += min(now - lastLook, Self.glanceMax)
        lastLook = now
        for word in words {
            switch word.kind {
            case .tick: loops[word.loop] = watched
            case .gone: loops[word.loop] = nil
            }
            looplessSince = watched
        }
        guard !isJudged, let verdict else { return nil }
        isJudged = true
        return verdict
    }

    private var verdict: Verdict? {
        // A process at its start or end has no loops for a while; a process that never gets one hangs, too.
        guard let longest = loops.min(by: { $0.value < $1.value }) else {
            return watched - looplessSince >= Self.loopless ? .loopless : nil
        }
        return watched - longest.value >= Self.deafMax ? .deaf(loop: longest.key) : nil
    }
}

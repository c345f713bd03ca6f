/// Decides when a process is deaf: one of its loops has not come round for so long that the process serves no requests.
///
/// Words come in, a verdict goes out; no clock, no pipe. Slow is not deaf: a loop that comes round at all within
/// ``deafMax`` is left alone for as long as it likes.
///
/// Only time that the watcher itself saw pass counts, at most ``glanceMax`` between two looks. A machine that was
/// asleep, a container that was paused, a watcher that got no CPU: none of them makes the process deaf.
public struct LoopWatch: Sendable {
    /// How long a loop may not come round.
    public static let deafMax = Duration.seconds(5)
    /// How long a process may have no loop, at its start and at its end.
    public static let loopless = Duration.seconds(30)
    /// What counts at most between two looks.
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
    /// The time that the watcher saw pass.
    private var watched = Duration.zero
    /// When each loop was last heard, in watched time.
    private var loops: [String: Duration] = [:]
    private var looplessSince = Duration.zero
    private var isJudged = false

    /// - Parameter now: when the process was started.
    public init(at now: ContinuousClock.Instant) { lastLook = now }

    /// Takes what was heard since the last look.
    /// - Returns: why the process is to be killed; said once.
    mutating func look(_ words: [LoopReport], at now: ContinuousClock.Instant) -> Verdict? {
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
        guard let longest = loops.min(by: { $0.value < $1.value }) else {
            return watched - looplessSince >= Self.loopless ? .loopless : nil
        }
        return watched - longest.value >= Self.deafMax ? .deaf(loop: longest.key) : nil
    }
}

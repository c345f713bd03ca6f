import RelayDomain

/// The follow-ups of an adapter: those in progress at the destination, and those that wait. Routers repeat them by the
/// clock, so one that does not fit is answered at once, and nothing is stored beyond the process.
struct FollowUpQueue {
    /// How many follow-ups may wait. More are answered `unknown`.
    static let waitingMax = 10_000

    private let concurrent: Int
    private var waiting = Queue<FollowUpTask>()
    private var open: [FollowUpTask.Key: Instant] = [:]
    private(set) var running = 0

    /// - Parameter concurrent: how many may be in progress at the destination at a time.
    init(concurrent: Int) { self.concurrent = concurrent }

    /// What happens to a follow-up that comes in.
    enum Taken { case started, waits, isUnderWay, isTooMuch }

    mutating func enqueue(_ task: FollowUpTask, at now: Instant) -> Taken {
        guard open[task.key] == nil else { return .isUnderWay }
        guard open.count - running < Self.waitingMax else { return .isTooMuch }
        open[task.key] = now
        guard running >= concurrent else {
            running += 1
            return .started
        }
        waiting.append(task)
        return .waits
    }

    /// The destination has answered, or its call was cancelled.
    /// - Returns: when the follow-up came in, and the next to start; nil if it is not in progress.
    mutating func finish(_ key: FollowUpTask.Key) -> (since: Instant, next: FollowUpTask?)? {
        guard let since = open.removeValue(forKey: key) else { return nil }
        guard let next = waiting.first else {
            running -= 1
            return (since, nil)
        }
        waiting.removeFirst()
        return (since, next)
    }
}

import RelayDomain

/// The errands of an adapter: some with the destination, some that wait their turn. Routers repeat them by the clock, so
/// what does not fit is told apart at once and nothing here outlives the process.
struct ErrandDesk {
    /// How many errands may wait. Beyond, the answer is that nobody knows.
    static let waitingMost = 10_000

    private let concurrent: Int
    private var waiting = Queue<Errand>()
    private var open: [Errand.Key: Instant] = [:]
    private(set) var running = 0

    /// - Parameter concurrent: how many may be with the destination at a time.
    init(concurrent: Int) { self.concurrent = concurrent }

    /// What becomes of an errand that comes in.
    enum Taken { case started, waits, isUnderWay, isTooMuch }

    mutating func take(_ errand: Errand, at now: Instant) -> Taken {
        guard open[errand.key] == nil else { return .isUnderWay }
        guard open.count - running < Self.waitingMost else { return .isTooMuch }
        open[errand.key] = now
        guard running >= concurrent else {
            running += 1
            return .started
        }
        waiting.append(errand)
        return .waits
    }

    /// The destination has answered, or has been given up.
    /// - Returns: when the errand came in, and the next to start; nil if it is not under way.
    mutating func finish(_ key: Errand.Key) -> (since: Instant, next: Errand?)? {
        guard let since = open.removeValue(forKey: key) else { return nil }
        guard let next = waiting.first else {
            running -= 1
            return (since, nil)
        }
        waiting.removeFirst()
        return (since, next)
    }
}

import NIOCore

/// How much one peer may ask for: a burst at once, then so much per second. Pure; who spends more waits.
///
/// Only one moment is kept: when all that was spent will have been earned again (the generic cell rate algorithm).
public struct RateBudget: Sendable {
    /// What is granted. Both are at least 1.
    public struct Rate: Hashable, Sendable {
        /// Units that may be spent at once by who has spent nothing for a while.
        public let burst: Int
        /// Units that are earned again per second.
        public let perSecond: Int

        public init(burst: Int, perSecond: Int) {
            (self.burst, self.perSecond) = (max(1, burst), max(1, perSecond))
        }

        fileprivate func time(for units: Int) -> TimeAmount {
            .nanoseconds(Int64(clamping: units) * 1_000_000_000 / Int64(perSecond))
        }
    }

    private let rate: Rate
    private var earnedAgain = NIODeadline.distantPast

    public init(_ rate: Rate) { self.rate = rate }

    /// Spends, also what is not there: it has to be earned before more may be spent.
    public mutating func spend(_ units: Int = 1, at now: NIODeadline) {
        earnedAgain = max(earnedAgain, now) + rate.time(for: units)
    }

    /// For how long nothing more may be spent; nil if something may.
    public func wait(at now: NIODeadline) -> TimeAmount? {
        let debt = earnedAgain - now - rate.time(for: rate.burst)
        return debt > .zero ? debt : nil
    }
}

import NIOCore

/// How much one peer may send: a burst at once, then a number per second. Pure; a peer that spends more has to wait.
///
/// It stores only one time: when everything that was spent will be available again (the generic cell rate algorithm).
public struct RateBudget: Sendable {
    /// The rate. Both values are at least 1.
    public struct Rate: Hashable, Sendable {
        /// Units that may be spent at once after a pause.
        public let burst: Int
        /// Units that become available again per second.
        public let perSecond: Int

        /// Values below 1 become 1.
        public init(burst: Int, perSecond: Int) {
            (self.burst, self.perSecond) = (max(1, burst), max(1, perSecond))
        }

        fileprivate func time(for units: Int) -> TimeAmount {
            .nanoseconds(Int64(clamping: units) * 1_000_000_000 / Int64(perSecond))
        }
    }

    private let rate: Rate
    private var earnedAgain = NIODeadline.distantPast

    /// A peer that has spent nothing.
    public init(_ rate: Rate) { self.rate = rate }

    /// Spends units, even if they are not available: then the wait is longer.
    public mutating func spend(_ units: Int = 1, at now: NIODeadline) {
        earnedAgain = max(earnedAgain, now) + rate.time(for: units)
    }

    /// How long nothing more may be spent; nil if something may.
    public func wait(at now: NIODeadline) -> TimeAmount? {
        let debt = earnedAgain - now - rate.time(for: rate.burst)
        return debt > .zero ? debt : nil
    }
}

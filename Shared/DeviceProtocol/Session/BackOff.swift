import RelayDomain

/// How long a device waits before it connects again: full jitter, so that ten thousand devices do not reconnect at the
/// same time after their gateway has ended.
public struct BackOff: Hashable, Sendable {
    /// The most for the first attempt; doubles with each.
    public static let first = Duration.milliseconds(500)
    /// The most for any attempt.
    public static let most = Duration.seconds(30)
    /// A session that was open for this time resets the count.
    public static let stableAfter = Duration.seconds(30)
    /// After ``CloseReason/replaced`` at least this: another device uses this one's ID.
    public static let replaced = Duration.seconds(60)

    private var attempts = 0

    public init() {}

    /// The next wait: a random time from 0 to the attempt's maximum.
    public mutating func next(random: inout some RandomNumberGenerator) -> Duration {
        let most = min(Self.first * (1 << min(attempts, 10)), Self.most)
        attempts += 1
        return .milliseconds(Int64.random(in: 0...most.milliseconds, using: &random))
    }

    /// A session lasted long enough: the count starts again.
    public mutating func reset() { attempts = 0 }
}

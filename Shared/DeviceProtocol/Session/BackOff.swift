import RelayDomain

/// How long a device waits before it connects again: full jitter, so that ten thousand devices whose gateway went away
/// do not come back together.
public struct BackOff: Hashable, Sendable {
    /// The most for the first attempt; doubles with each.
    public static let first = Duration.milliseconds(500)
    /// The most for any attempt.
    public static let most = Duration.seconds(30)
    /// A session that stood for so long starts the count anew.
    public static let stableAfter = Duration.seconds(30)
    /// After ``CloseReason/replaced`` at least this: another device uses this one's ID.
    public static let replaced = Duration.seconds(60)

    private var attempts = 0

    public init() {}

    /// The next wait: anything from nothing to the attempt's most.
    public mutating func next(random: inout some RandomNumberGenerator) -> Duration {
        let most = min(Self.first * (1 << min(attempts, 10)), Self.most)
        attempts += 1
        return .milliseconds(Int64.random(in: 0...most.milliseconds, using: &random))
    }

    /// The connection held.
    public mutating func reset() { attempts = 0 }
}

import RelayDomain

/// A router's two clocks (ADR 9), out of the machine's: one that tells the time of day, and a monotonic one.
///
/// *Relay time* carries all limits and never steps: a journal's first router begins it at the wall clock's time, each
/// later one goes on where the journal's last event left it, and while a router lives the monotonic clock moves it.
/// *Wall
/// time* names days and judges the end of a code,
/// once, at acceptance; it steps whenever it is set.
public struct RelayTimeAuthority: Sendable {
    /// Smaller differences do not count as a step: clocks are slewed by less.
    public static let stepMin = Duration.seconds(1)

    private let start: Instant
    private let origin: Duration
    /// How far the wall clock was ahead of relay time at the last check.
    public private(set) var wallAhead: Duration

    /// - Parameters:
    ///   - wall: the wall clock's time now.
    ///   - last: when the journal's last event was.
    ///   - monotonic: the monotonic clock's reading now.
    public init(wall: Instant, after last: ClockReading?, monotonic: Duration) {
        start = last?.relayTime(atWall: wall) ?? wall
        origin = monotonic
        wallAhead = wall - start
    }

    /// Relay time at a reading of the monotonic clock.
    public func relayTime(at monotonic: Duration) -> Instant { start + (monotonic - origin) }

    /// The monotonic clock's reading at a relay time.
    public func monotonic(at relayTime: Instant) -> Duration { origin + (relayTime - start) }

    /// Checks the wall clock.
    /// - Returns: by how much it was set since the last look; nil if it was not.
    public mutating func looked(at wall: Instant, monotonic: Duration) -> Duration? {
        let ahead = wall - relayTime(at: monotonic)
        let step = ahead - wallAhead
        wallAhead = ahead
        return step >= Self.stepMin || step <= .zero - Self.stepMin ? step : nil
    }
}

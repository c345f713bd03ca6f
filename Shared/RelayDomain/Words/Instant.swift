/// A point of relay time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// All limits are relay time. Far ends learn it with `welcome` and each beat and add their own monotonic clock.
///
/// It lies in the years that RFC 3339 can write, 1970 to 9999: what a peer says outside of them, or what a sum would
/// give, is
/// the nearest that does. So no number from outside can overflow.
public struct Instant: Hashable, Comparable, Sendable {
    private static let bounds: ClosedRange<Int64> = 0...253_402_300_799_999

    /// Since 1970-01-01T00:00:00Z; never negative.
    public let milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.bounds.lowerBound), Self.bounds.upperBound)
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    /// Whether a time limit is not over yet. A limit is the first moment that is too late, as `exp` is in RFC 7519: a
    /// timer that fires at it finds it over.
    public func isBefore(limit: Instant) -> Bool { self < limit }
    public static func + (start: Instant, span: Duration) -> Instant {
        let (sum, overflows) = start.milliseconds.addingReportingOverflow(span.milliseconds)
        return Instant(milliseconds: overflows ? Self.bounds.upperBound : sum)
    }
    public static func - (end: Instant, span: Duration) -> Instant { end + (.zero - span) }
    public static func - (end: Instant, start: Instant) -> Duration {
        .milliseconds(end.milliseconds - start.milliseconds)
    }
}

/// One moment by a router's two clocks (ADR 9).
public struct ClockReading: Hashable, Sendable {
    /// Relay time, which carries limits and never steps.
    public let relay: Instant
    /// What the wall clock showed.
    public let wall: Instant

    public init(relay: Instant, wall: Instant) {
        self.relay = relay
        self.wall = wall
    }

    /// The relay time of a later moment of which only the wall clock's time is known. A clock that was set back
    /// meanwhile counts as one that stood still: relay time does not go back.
    public func relayTime(atWall later: Instant) -> Instant { relay + max(.zero, later - wall) }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero; the nearest number there is for a span of 292 million years and more.
    public var milliseconds: Int64 {
        let (whole, isTooLong) = components.seconds.multipliedReportingOverflow(by: 1_000)
        let (sum, overflows) = whole.addingReportingOverflow(components.attoseconds / 1_000_000_000_000_000)
        guard isTooLong || overflows else { return sum }
        return components.seconds < 0 ? .min : .max
    }
}

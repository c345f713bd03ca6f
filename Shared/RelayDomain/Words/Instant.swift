/// A point of router time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// All limits are router time. Far ends learn it with `welcome` and each beat and add their own monotonic clock.
public struct Instant: Hashable, Comparable, Sendable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
    public static func + (start: Instant, span: Duration) -> Instant {
        Instant(milliseconds: start.milliseconds + span.milliseconds)
    }
    public static func - (end: Instant, start: Instant) -> Duration {
        .milliseconds(end.milliseconds - start.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    public var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}

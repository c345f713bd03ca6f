import Foundation
import JSONText

/// An instant of the wall clock in milliseconds since 1970, for people and logs; durations are never computed from it.
public struct Timestamp: Sendable, CustomStringConvertible {
    /// Since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// A point of time in milliseconds since 1970.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Of this machine's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// RFC 3339 in UTC: `2026-11-22T10:11:24.000Z`.
    public var description: String { RFC3339.text(milliseconds: milliseconds) }
}

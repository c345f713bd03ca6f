import RelayDomain

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A ``RelayTimeAuthority`` that reads the machine's clocks.
struct RelayTimeSource: Sendable {
    private static let origin = ContinuousClock.now
    private var clock: RelayTimeAuthority

    /// - Parameter last: when the journal's last event was.
    init(after last: ClockReading?) {
        clock = RelayTimeAuthority(wall: Self.wall, after: last, monotonic: Self.reading)
    }

    private static var reading: Duration { .now - origin }

    /// What the wall clock shows.
    static var wall: Instant {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        return Instant(milliseconds: Int64(wall.tv_sec) * 1_000 + Int64(wall.tv_nsec) / 1_000_000)
    }

    /// Relay time.
    var now: Instant { clock.relayTime(at: Self.reading) }

    /// How far the wall clock was ahead of relay time at the last check.
    var wallAhead: Duration { clock.wallAhead }

    /// The monotonic clock's reading at a relay time.
    func monotonic(_ instant: Instant) -> ContinuousClock.Instant { Self.origin + clock.monotonic(at: instant) }

    /// - Returns: by how much the wall clock was set since the last look; nil if it was not.
    mutating func lookAtWall() -> Duration? { clock.looked(at: Self.wall, monotonic: Self.reading) }
}

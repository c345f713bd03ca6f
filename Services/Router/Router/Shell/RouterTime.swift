import RelayDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Router time: the wall clock as it was at the start, and the monotonic clock since. It never goes back.
struct RouterTime: Sendable {
    private let start: Instant
    private let origin: ContinuousClock.Instant

    init() {
        var wall = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        start = Instant(milliseconds: Int64(wall.tv_sec) * 1_000 + Int64(wall.tv_nsec) / 1_000_000)
        origin = .now
    }

    var now: Instant { start + (.now - origin) }

    /// The monotonic clock's reading at a point of router time.
    func monotonic(_ instant: Instant) -> ContinuousClock.Instant { origin + (instant - start) }
}

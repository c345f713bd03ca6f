import Foundation
import RelayDomain

/// The gateway's own time: the wall clock at its start, advanced by the monotonic clock.
///
/// It never jumps, so timers use it; its difference from router time is measured and added.
struct SteadyClock: Sendable {
    private let start = ContinuousClock.now
    private let wall = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    private let speed: Int

    /// - Parameter speed: how many times faster than real time it runs; tests that wait for pings use more than 1.
    init(speed: Int = 1) { self.speed = speed }

    var now: Instant { wall + (ContinuousClock.now - start) * speed }
}

import Foundation
import RelayDomain

/// The gateway's own steady time: the wall clock of its start, carried on by the monotonic clock.
///
/// It never jumps, so timers hang on it; what it is off from router time is measured and added.
struct SteadyClock: Sendable {
    private let start = ContinuousClock.now
    private let wall = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    private let speed: Int

    /// - Parameter speed: how many times faster than real time it runs; tests that wait for pings take more than 1.
    init(speed: Int = 1) { self.speed = speed }

    var now: Instant { wall + (ContinuousClock.now - start) * speed }
}

import Foundation
import RelayDomain

/// The gateway's own steady time: the wall clock of its start, carried on by the monotonic clock.
///
/// It never jumps, so timers hang on it; what it is off from router time is measured and added.
struct GatewayClock: Sendable {
    private let start = ContinuousClock.now
    private let wall = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))

    var now: Instant { wall + (ContinuousClock.now - start) }
}

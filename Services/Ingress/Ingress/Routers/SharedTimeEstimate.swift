import RelayDomain
import Synchronization

/// The routers' time for those who do not live on the reactor: the estimate of a moment ago, carried on by this
/// machine's monotonic clock.
final class SharedTimeEstimate: Sendable {
    private let origin = ContinuousClock.now
    /// The router's milliseconds at `origin`; `.min` before the first word of a router.
    private let atOrigin = Atomic<Int64>(.min)

    /// Now, in router time; until a router has been heard, by this machine's wall clock.
    var now: Instant {
        let atOrigin = atOrigin.load(ordering: .relaxed)
        guard atOrigin != .min else { return MachineTime.now }
        return Instant(milliseconds: atOrigin + (ContinuousClock.now - origin).milliseconds)
    }

    /// Takes over a router's time.
    func set(_ routerNow: Instant) {
        atOrigin.store(routerNow.milliseconds - (ContinuousClock.now - origin).milliseconds, ordering: .relaxed)
    }
}

import RelayDomain
import Synchronization

/// The routers' time for code outside of the reactor: the last estimate, advanced by this machine's monotonic clock.
final class SharedTimeEstimate: Sendable {
    private let origin = ContinuousClock.now
    /// The router's milliseconds at `origin`; `.min` before the first message of a router.
    private let atOrigin = Atomic<Int64>(.min)

    /// Now, in router time; before the first message of a router, this machine's wall clock.
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

/// A closure that a ``Reactor`` calls again and again. It is forgotten with `cancel()` or when its reactor stops.
final class ReactorTimer {
    /// When the closure is due next.
    fileprivate(set) var due: ContinuousClock.Instant
    private let period: Duration
    private let body: () -> Void
    private(set) var isCanceled = false

    init(every period: Duration, from now: ContinuousClock.Instant, body: @escaping () -> Void) {
        self.period = period
        self.due = now + period
        self.body = body
    }

    func cancel() { isCanceled = true }

    /// Calls the closure if it is due. After a pause of several periods it is called once, not several times.
    func fire(ifDueAt now: ContinuousClock.Instant) {
        guard !isCanceled, due <= now else { return }
        due = max(due + period, now)
        body()
    }
}

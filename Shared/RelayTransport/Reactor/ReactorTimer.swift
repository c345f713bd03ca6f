/// A closure that a ``Reactor`` calls at a time that may be changed. Used only on its reactor.
final class ReactorTimer {
    /// When the closure is due; nil: not scheduled.
    var due: ContinuousClock.Instant?
    private(set) var isCanceled = false
    private var body: (ContinuousClock.Instant) -> Void

    /// Use ``Reactor/timer(_:)``.
    init(body: @escaping (ContinuousClock.Instant) -> Void) { self.body = body }

    /// Releases the closure and what it captured.
    func cancel() {
        isCanceled = true
        due = nil
        body = { _ in }
    }

    /// Calls the closure once if it is due; it may set `due` again.
    func fire(ifDueAt now: ContinuousClock.Instant) {
        guard let due, due <= now else { return }
        self.due = nil
        body(now)
    }
}

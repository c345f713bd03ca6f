/// Lets tests wait for what a reactor's actor has seen, instead of sleeping. Lives inside that actor.
struct Waiters {
    private var waiting: [(isMet: () -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

    mutating func add(_ isMet: @escaping () -> Bool, _ continuation: CheckedContinuation<Void, Never>) {
        waiting.append((isMet, continuation))
    }

    /// To be called after anything changed.
    mutating func check() {
        let met = waiting.filter { $0.isMet() }
        waiting.removeAll { $0.isMet() }
        for waiter in met { waiter.continuation.resume() }
    }
}

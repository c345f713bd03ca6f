/// Carries a value that belongs to a reactor through a closure that comes back to it.
struct OnReactor<Value>: @unchecked Sendable {
    // Sendable because the value can be read on its reactor only, where it belongs.
    private let content: Value
    private let reactor: Reactor

    init(_ value: Value, _ reactor: Reactor) {
        reactor.checkIsolated()
        content = value
        self.reactor = reactor
    }

    var value: Value {
        reactor.checkIsolated()
        return content
    }
}

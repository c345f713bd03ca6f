import RelayDomain

/// Who wants news of which transaction. News are hints: each makes its watcher read again.
struct Watches {
    typealias Watcher = AsyncStream<Void>.Continuation

    /// How often watchers read again without a hint: one may have been lost on its way.
    static let period = Duration.seconds(5)

    private var watchers: [TransactionID: [UInt64: Watcher]] = [:]
    /// When watchers read again without a hint; nil without watchers.
    private(set) var nextDue: ContinuousClock.Instant?

    /// - Returns: whether it is the transaction's first watcher.
    mutating func add(_ number: UInt64, _ watcher: Watcher, of id: TransactionID) -> Bool {
        if watchers.isEmpty { nextDue = .now + Self.period }
        watchers[id, default: [:]][number] = watcher
        watcher.yield()  // The first look is due at once.
        return watchers[id]?.count == 1
    }

    /// - Returns: whether it was the transaction's last watcher.
    mutating func remove(_ number: UInt64, of id: TransactionID) -> Bool {
        guard watchers[id]?.removeValue(forKey: number) != nil, watchers[id]?.isEmpty == true else { return false }
        watchers[id] = nil
        if watchers.isEmpty { nextDue = nil }
        return true
    }

    func hint(_ topic: String) {
        guard let id = TransactionID(topic), let watchers = watchers[id] else { return }
        for watcher in watchers.values { watcher.yield() }
    }

    mutating func tick(now: ContinuousClock.Instant) {
        guard let due = nextDue, due <= now else { return }
        nextDue = now + Self.period
        for watcher in watchers.values.joined() { watcher.value.yield() }
    }

    /// Ends all streams; their phones connect again elsewhere.
    func end() {
        for watcher in watchers.values.joined() { watcher.value.finish() }
    }
}

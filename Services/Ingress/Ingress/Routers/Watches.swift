import RelayDomain

/// Which streams watch which transaction. Each hint makes its watcher read the transaction again.
struct Watches {
    /// How often watchers read again without a hint, because a hint may be lost.
    static let period = Duration.seconds(5)

    private var watchers: [TransactionID: Set<WatchID>] = [:]
    /// When watchers read again without a hint; nil without watchers.
    private(set) var nextDue: ContinuousClock.Instant?

    /// - Returns: whether it is the transaction's first watcher.
    mutating func add(_ watcher: WatchID, of id: TransactionID) -> Bool {
        if watchers.isEmpty { nextDue = .now + Self.period }
        watchers[id, default: []].insert(watcher)
        return watchers[id]?.count == 1
    }

    /// - Returns: whether it was the transaction's last watcher.
    mutating func remove(_ watcher: WatchID, of id: TransactionID) -> Bool {
        guard watchers[id]?.remove(watcher) != nil, watchers[id]?.isEmpty == true else { return false }
        watchers[id] = nil
        if watchers.isEmpty { nextDue = nil }
        return true
    }

    /// The watchers of a hint's transaction.
    func watchers(of topic: String) -> Set<WatchID> {
        TransactionID(topic).flatMap { watchers[$0] } ?? []
    }

    /// All watchers, if it is time to read again.
    mutating func due(now: ContinuousClock.Instant) -> [WatchID] {
        guard let due = nextDue, due <= now else { return [] }
        nextDue = now + Self.period
        return Array(watchers.values.joined())
    }
}

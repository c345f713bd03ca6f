import RelayDomain

/// The answers to submissions that wait for the outcome: at most one for each transaction.
struct HeldAnswers {
    struct Held {
        let session: DeviceSession
        let address: ReturnAddress
        let until: Instant
    }

    private var held: [TransactionID: Held] = [:]
    /// In the order of their limits. Its first is held; of those behind it some may have been answered.
    private var line: ArraySlice<(until: Instant, transaction: TransactionID)> = []

    /// When the next is to be given at the latest.
    var soonest: Instant? { line.first?.until }

    func holds(_ address: ReturnAddress, about id: TransactionID) -> Bool { held[id]?.address == address }

    /// - Parameter held: waits no shorter than those before it; its transaction has none.
    mutating func hold(_ held: Held, about id: TransactionID) {
        self.held[id] = held
        line.append((held.until, id))
    }

    /// Removes the answer about a transaction.
    mutating func release(_ id: TransactionID) -> Held? {
        guard let released = held.removeValue(forKey: id) else { return nil }
        dropAnswered()
        return released
    }

    /// A transaction whose answer waits no longer. It is due until it is released.
    func due(at now: Instant) -> TransactionID? {
        line.first.flatMap { $0.until <= now ? $0.transaction : nil }
    }

    /// A gateway has gone: its devices ask again elsewhere.
    mutating func forget(allFor gateway: PeerNumber) {
        held = held.filter { $0.value.address.peer != gateway }
        dropAnswered()
    }

    private mutating func dropAnswered() {
        while let first = line.first, held[first.transaction]?.until != first.until { line.removeFirst() }
    }
}

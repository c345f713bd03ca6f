import HeapModule
import RelayDomain

/// The deadlines of transactions, soonest first. An entry may be outdated: the transaction's own deadline counts.
struct DeadlineQueue {
    private struct Entry: Comparable {
        let at: Instant
        let transaction: TransactionID

        static func < (left: Entry, right: Entry) -> Bool { left.at < right.at }
        static func == (left: Entry, right: Entry) -> Bool { left.at == right.at }
    }

    private var entries = Heap<Entry>()

    var count: Int { entries.count }

    var soonest: Instant? { entries.min?.at }

    mutating func insert(_ at: Instant, _ transaction: TransactionID) {
        entries.insert(Entry(at: at, transaction: transaction))
    }

    /// Removes the next transaction that is due.
    mutating func next(at now: Instant) -> TransactionID? {
        guard let first = entries.min, first.at <= now else { return nil }
        return entries.removeMin().transaction
    }
}

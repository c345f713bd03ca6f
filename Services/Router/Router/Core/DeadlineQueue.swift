import RelayDomain

/// When transactions have to be looked at again, soonest first. An entry may be stale: the transaction's own deadline
/// counts.
struct DeadlineQueue {
    private struct Entry {
        let at: Instant
        let transaction: TransactionID
    }

    /// A binary heap.
    private var heap: [Entry] = []

    var count: Int { heap.count }

    var soonest: Instant? { heap.first?.at }

    mutating func insert(_ at: Instant, _ transaction: TransactionID) {
        heap.append(Entry(at: at, transaction: transaction))
        var child = heap.count - 1
        while child > 0, heap[child].at < heap[(child - 1) / 2].at {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes the next transaction whose time has come.
    mutating func next(at now: Instant) -> TransactionID? {
        guard let first = heap.first, first.at <= now else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].at < heap[least].at {
                least = child
            }
            guard least != parent else { return first.transaction }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

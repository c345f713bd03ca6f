import HeapModule

/// The requests of a ``LinkClient`` that wait for their reply, each ended exactly once.
struct PendingRequests<LinkID: Hashable, Reply> {
    struct Entry {
        let link: LinkID
        let deadline: ContinuousClock.Instant
        let complete: (Reply) -> Void
    }

    private let countMax: Int
    private var entries: [UInt64: Entry] = [:]
    /// Answered requests stay in it until their deadline or the next cleanup.
    private var deadlines = Heap<Deadline>()

    private struct Deadline: Comparable {
        let at: ContinuousClock.Instant
        let correlation: UInt64

        static func < (left: Deadline, right: Deadline) -> Bool { left.at < right.at }
        static func == (left: Deadline, right: Deadline) -> Bool { left.at == right.at }
    }

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { entries.count }
    var isFull: Bool { entries.count >= countMax }
    /// When to look for expired requests; maybe too early, never too late.
    var nextDeadline: ContinuousClock.Instant? { deadlines.min?.at }

    mutating func insert(_ entry: Entry, correlation: UInt64) {
        entries[correlation] = entry
        if deadlines.count >= 2 * entries.count + 64 {
            deadlines = Heap(entries.map { Deadline(at: $0.value.deadline, correlation: $0.key) })
        } else {
            deadlines.insert(Deadline(at: entry.deadline, correlation: correlation))
        }
    }

    /// Removes the request that a reply answers, if it was sent on this link.
    mutating func remove(_ correlation: UInt64, from link: LinkID) -> Entry? {
        guard entries[correlation]?.link == link else { return nil }
        return entries.removeValue(forKey: correlation)
    }

    /// Removes all requests whose deadline has passed.
    mutating func takeExpired(at now: ContinuousClock.Instant) -> [Entry] {
        var expired: [Entry] = []
        while let first = deadlines.min, first.at <= now {
            deadlines.removeMin()
            if let entry = entries.removeValue(forKey: first.correlation) { expired.append(entry) }
        }
        return expired
    }

    /// Removes all requests that were sent on a lost link.
    mutating func takeAll(of link: LinkID) -> [Entry] {
        let lost = entries.filter { $0.value.link == link }.sorted { $0.key < $1.key }
        for (correlation, _) in lost { entries[correlation] = nil }
        return lost.map(\.value)
    }
}

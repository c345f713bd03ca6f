/// The requests of a ``LinkClient`` that wait for their reply, each ended exactly once.
struct PendingRequests<LinkID: Hashable, Reply> {
    struct Entry {
        let link: LinkID
        let deadline: ContinuousClock.Instant
        let complete: (Reply) -> Void
    }

    private let countMax: Int
    private var entries: [UInt64: Entry] = [:]
    /// A binary heap of deadlines, earliest first. What was answered stays in it until its time or the next tidying.
    private var deadlines: [(at: ContinuousClock.Instant, correlation: UInt64)] = []

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { entries.count }
    var isFull: Bool { entries.count >= countMax }
    /// When to look for requests out of time; maybe too early, never too late.
    var nextDeadline: ContinuousClock.Instant? { deadlines.first?.at }

    mutating func insert(_ entry: Entry, correlation: UInt64) {
        entries[correlation] = entry
        if deadlines.count >= 2 * entries.count + 64 {
            deadlines = entries.map { ($0.value.deadline, $0.key) }.sorted { $0.at < $1.at }
        } else {
            deadlines.append((entry.deadline, correlation))
            siftUp()
        }
    }

    /// The request that a reply answers: only on the link on which it was asked.
    mutating func remove(_ correlation: UInt64, from link: LinkID) -> Entry? {
        guard entries[correlation]?.link == link else { return nil }
        return entries.removeValue(forKey: correlation)
    }

    /// All requests whose time is over.
    mutating func takeExpired(at now: ContinuousClock.Instant) -> [Entry] {
        var expired: [Entry] = []
        while let first = deadlines.first, first.at <= now {
            removeFirstDeadline()
            if let entry = entries.removeValue(forKey: first.correlation) { expired.append(entry) }
        }
        return expired
    }

    /// All requests that were asked on a link that is lost.
    mutating func takeAll(of link: LinkID) -> [Entry] {
        let lost = entries.filter { $0.value.link == link }.sorted { $0.key < $1.key }
        for (correlation, _) in lost { entries[correlation] = nil }
        return lost.map(\.value)
    }

    private mutating func siftUp() {
        var child = deadlines.count - 1
        while child > 0, deadlines[child].at < deadlines[(child - 1) / 2].at {
            deadlines.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirstDeadline() {
        deadlines.swapAt(0, deadlines.count - 1)
        deadlines.removeLast()
        var parent = 0
        while true {
            let children = (2 * parent + 1)..<min(2 * parent + 3, max(deadlines.count, 2 * parent + 1))
            guard let least = children.min(by: { deadlines[$0].at < deadlines[$1].at }),
                deadlines[least].at < deadlines[parent].at
            else { return }
            deadlines.swapAt(parent, least)
            parent = least
        }
    }
}

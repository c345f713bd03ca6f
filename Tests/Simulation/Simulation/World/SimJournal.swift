import RelayDomain
import RelayJournal
import SQLiteLog

/// What a router knows of its journal while it runs: the values of the real engine, on a model of the log and of the
/// index's file. Lost with the router.
final class SimJournal {
    /// A tail that nobody else shares: here all happens one thing after the other.
    final class Memory: TailHolding {
        private var tail: Tail

        init(_ tail: Tail) { self.tail = tail }

        func with<Result: Sendable>(_ body: (inout Tail) -> Result) -> Result { body(&tail) }
    }

    /// So few, that a world of some hundred transactions has all of it: parts, runs, merges, and too many behind the
    /// mark.
    static let bounds = {
        var bounds = IndexBounds()
        bounds.part = 5
        bounds.urgent = 10
        bounds.most = 16
        bounds.sliceRows = 3
        bounds.mergedRuns = 3
        return bounds
    }()

    let recovered: Recovered
    private let log: SimLog
    private let place: SimIndexPlace
    private let memory: Memory
    private var search: LogSearch<SimLog, SimIndex, Memory>
    private var follower: IndexFollower<SimIndex>
    private var standing: Standing
    private var head: LogHead
    private var retention: Retention

    /// Goes on from what it finds, and claims the log. If it throws, nothing is written to the log.
    /// - Parameter remark: hears that an index was built anew, and why; nil if there was none.
    /// - Throws: `JournalError`; ``JournalError/endLost(path:_:)`` if the index has seen what the log lacks.
    init(
        claiming log: SimLog, _ place: SimIndexPlace, _ empty: Standing, _ remark: (String?) -> Void
    ) throws {
        log.open()
        if let fault = try place.index?.witness().lostEnd(of: log) { throw fault.error(path: log.folder) }
        var standing = log.head.number == 0 ? empty : try log.batch(log.head.number).standing
        standing.term += 1
        (self.log, self.place, self.standing) = (log, place, standing)
        retention = Retention(elapsed: standing.elapsed)
        var draft: SimIndex?
        let found = try IndexStart<SimLog, SimIndex>(log, standing, today: retention.today, Self.bounds)
            .find(
                "index",
                existing: { place.index },
                anew: {
                    let made = place.draft()
                    draft = made
                    return made
                })
        if let draft { place.put(draft) }
        if found.isNew, standing.term > 1 { remark(found.rebuiltBecause) }
        recovered = try Recovered(standing, found.open, log)
        let claim = Batch.claim(standing)
        guard let appended = log.append(claim, of: [], after: log.head) else {
            preconditionFailure("nobody writes between")
        }
        head = appended.head
        var tail = found.tail
        _ = tail.append(claim, head, bytes: appended.bytes.count, today: retention.today)
        memory = Memory(tail)
        search = LogSearch(log, try place.opened(), memory, open: found.open, keyed: Self.fingerprint)
        follower = IndexFollower(
            as: standing.term, Self.bounds, opening: { try place.opened() },
            isInLog: { try log.hash(of: $0.number) == $0.hash })
    }

    private static func fingerprint(_ key: SubmissionKey) -> Fingerprint { Fingerprint(SimShop.digest(key.line)) }

    // MARK: - What the router asks

    var hasRoom: Bool { memory.with(\.hasRoom) }
    var isUrgent: Bool { memory.with(\.isUrgent) }

    func mayKnow(_ lookup: JournalLookup) -> Bool {
        memory.mayKnow(lookup, keyed: Self.fingerprint)
    }

    func recall(_ lookups: [JournalLookup]) throws -> Recall { try search.answers(to: lookups) }

    // MARK: - What it commits

    /// A commit has begun.
    func begin(_ entries: [JournalEntry]) {
        let fingerprints = entries.fingerprints(Self.fingerprint)
        let newest = entries.compactMap(\.madeAt).max()
        memory.with { $0.begin(fingerprints, at: newest) }
    }

    /// Writes commits as one batch.
    /// - Returns: what has to be told when it is durable, and the batch's bytes.
    /// - Throws: `JournalError`; ``JournalError/claimLost(path:term:found:)`` if another writer has appended since.
    func write(_ commits: [[JournalEntry]]) throws -> (isDurable: () -> Bool, bytes: [UInt8]) {
        var next = retention
        let batch = try search.batch(CommitQueue.joined(commits.flatMap(\.self)), after: standing, &next)
        guard let (head, bytes) = log.append(batch, of: commits, after: head) else {
            throw JournalError.claimLost(
                path: log.folder, term: standing.term, found: try log.batch(log.head.number).standing.term)
        }
        self.head = head
        retention = next
        standing = batch.standing
        let today = retention.today
        return (
            { [self] in
                search.appended(batch, as: head.number)
                return memory.with { $0.append(batch, head, bytes: bytes.count, today: today) }
            }, bytes
        )
    }

    /// A segment takes no more batches.
    func closeSegment() {
        let closed = SegmentFile(folder: log.folder, first: head.number)
        memory.with { $0.close(closed) }
    }

    // MARK: - What its indexer does

    /// One slice.
    /// - Returns: false if there is nothing to do.
    func slice() throws -> Bool {
        let isDone = try follower.slice(memory)
        if !isDone { try follower.witness(memory) }
        return isDone
    }
}

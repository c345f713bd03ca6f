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
    private let index: SimIndex
    private let memory: Memory
    private var search: LogSearch<SimLog, SimIndex, Memory>
    private var follower: IndexFollower<SimIndex>
    private var standing: Standing
    private var retention: Retention

    /// Claims the log, and goes on from what it finds there.
    /// - Parameters:
    ///   - index: the index's file; nil if there is none.
    ///   - remark: hears why an index was built anew.
    /// - Throws: `JournalError`; ``JournalError/endLost(path:_:)`` if the index has seen what the log lacks.
    init(
        claiming log: SimLog, _ index: inout SimIndex?, _ empty: Standing, _ remark: (String) -> Void
    ) throws {
        log.open()
        if let fault = try index?.mark().lostEnd(of: log) { throw fault.error(path: log.folder) }
        var standing = log.head.number == 0 ? empty : try log.batch(log.head.number).standing
        standing.term += 1
        _ = log.append(.claim(standing), of: [])
        self.log = log
        self.standing = standing
        retention = Retention(elapsed: standing.elapsed)
        let existing = index
        let found = try IndexStart<SimLog, SimIndex>(log, standing, today: retention.today, Self.bounds)
            .find(
                "index",
                existing: { existing },
                anew: {
                    let made = SimIndex()
                    index = made
                    return made
                })
        if found.isNew, standing.term > 1 { remark(found.rebuiltBecause ?? "it was lost") }
        guard let opened = index else { preconditionFailure("a start finds an index, or makes one") }
        self.index = opened
        memory = Memory(found.tail)
        recovered = try Recovered(standing, found.open, log)
        search = LogSearch(log, opened, memory, open: found.open, keyed: Self.fingerprint)
        follower = IndexFollower(as: standing.term, Self.bounds)
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
        let fingerprints = entries.flatMap { $0.fingerprints(Self.fingerprint) }
        let newest = entries.compactMap(\.madeAt).max()
        memory.with { $0.begin(fingerprints, at: newest) }
    }

    /// Writes commits as one batch.
    /// - Returns: what has to be told when it is durable, and the batch's bytes.
    func write(_ commits: [[JournalEntry]]) throws -> (isDurable: () -> Bool, bytes: [UInt8]) {
        var next = retention
        let batch = try search.batch(CommitQueue.joined(commits.flatMap(\.self)), after: standing, &next)
        let (head, bytes) = log.append(batch, of: commits)
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
        let closed = SegmentFile(folder: log.folder, first: log.head.number)
        memory.with { $0.close(closed) }
    }

    // MARK: - What its indexer does

    /// One slice.
    /// - Returns: false if there is nothing to do.
    func slice() throws -> Bool {
        try follower.slice(memory) { index }
    }
}

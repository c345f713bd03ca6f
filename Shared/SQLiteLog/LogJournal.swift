import Foundation
import RelayDomain
import RelayJournal
import Synchronization

/// A journal as an append-only log in segments, with an index beside it (ADR 4), claimed by a lock on a file.
///
/// The actor lives on a thread of its own: a commit waits for the disk there and nowhere else.
public actor LogJournal: Journal {
    public nonisolated let recovered: Recovered
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    public nonisolated var hasRoom: Bool { tail.with(\.hasRoom) }

    private let claim: FileClaim
    private let thread: JournalThread
    private nonisolated let begun = CommitQueue()
    private let files: LogFiles
    private nonisolated let tail: SharedTail
    private nonisolated let indexer: Indexer
    private let log: LogWriter
    private let reader: LogReader
    private let index: IndexLookup
    private var retention: Retention
    /// The transactions that the router still has: most commits are about them.
    private var open: [TransactionID: Place]

    /// Claims the first unclaimed journal in a folder that can be opened.
    ///
    /// One that cannot, because it is damaged or of another Baton, does not keep the others from their writers. If no
    /// other is left to claim, its error is thrown: the caller ends, says what is wrong, and tries again when it is
    /// restarted. It is no standby, which would look as if all was well.
    /// - Parameters:
    ///   - folder: `$BATON_HOME/journals`; made if absent.
    ///   - journals: how many there are, 1 to 100; fixed once the first was made.
    /// - Returns: nil if all are claimed by living processes: the caller is a standby and tries again.
    /// - Throws: ``JournalError``: of the first journal that cannot be opened, if no other could be claimed;
    ///   ``JournalError/otherNumber(path:found:wanted:)`` in any case, for that is a wrong setting.
    public static func claim(in folder: String, journals: Int) throws -> LogJournal? {
        try claim(in: folder, journals: journals, .full)
    }

    package static func claim(in folder: String, journals: Int, _ durability: Durability) throws -> LogJournal? {
        try JournalFile.failing(folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        var trouble: JournalError?
        for number in 0..<UInt8(journals) {
            do {
                let files = LogFiles(journals: folder, number: number)
                guard let claim = try FileClaim(files.lock) else { continue }
                try files.refuseFormerFile()
                try files.refuseHalfRestored()
                if try files.segments.isEmpty { try RelayFiles.check(journals: journals, in: folder) }
                return try LogJournal(files, of: journals, claim, durability)
            } catch let error as JournalError {
                if case .otherNumber = error { throw error }
                trouble = trouble ?? error
            }
        }
        if let trouble { throw trouble }
        return nil
    }

    private init(_ files: LogFiles, of journals: Int, _ claim: FileClaim, _ durability: Durability) throws {
        (self.claim, self.files) = (claim, files)
        thread = JournalThread(label: "journal-\(files.number)")
        log = try LogWriter(opening: files, journals: journals, durability)
        reader = try LogReader(files)
        retention = Retention(elapsed: log.standing.elapsed)
        let found = try IndexFile.open(files, reader, today: retention.today)
        open = found.open
        recovered = try Recovered(log.claiming, found.open, reader)
        index = try IndexLookup(files.index)
        var tail = found.tail
        // What a router had no time to do that was killed.
        for segment in try files.segments.dropLast() where JournalFile.bytes(of: segment.path + "-wal") > 0 {
            tail.close(segment)
        }
        _ = tail.append(try log.claim(), log.head, bytes: log.lastBytes, today: retention.today)
        self.tail = SharedTail(tail)
        indexer = Indexer(files, self.tail)
    }

    /// The lock is let go of when nothing is written any more.
    deinit { indexer.stop() }

    // MARK: - What was

    public nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool {
        // The digest is made before the tail is held: other threads wait for it.
        let (fingerprint, kind): (Fingerprint, Run.Kind)
        switch lookup {
        case .key(let key): (fingerprint, kind) = (Fingerprint(key), .keys)
        case .information(let digest): (fingerprint, kind) = (Fingerprint(digest), .codes)
        case .transaction: return true
        }
        return tail.with { $0.mayHold(fingerprint, kind) }
    }

    public nonisolated func recall(
        _ lookups: [JournalLookup], _ answer: @escaping @Sendable (Result<Recall, any Error>) -> Void
    ) {
        let journal = Held(self)
        thread.perform { answer(journal.use { try $0.answers(to: lookups) }) }
    }

    private func answers(to lookups: [JournalLookup]) throws -> Recall {
        var recall = Recall()
        for lookup in lookups { try answer(lookup, &recall) }
        return recall
    }

    /// One entry that cannot be read is no reason to do without all others.
    private func answer(_ lookup: JournalLookup, _ recall: inout Recall) throws {
        do {
            switch lookup {
            case .key(let key): recall.keys[key] = try known(key)
            case .information(let digest):
                if try batch(of: Fingerprint(digest), .codes) != nil { recall.information.insert(digest) }
            case .transaction(let id):
                recall.transactions[id] = try lastBatch(of: id).map { try reader.transaction(id, in: $0) }
            }
        } catch let error as JournalError {
            switch (error, lookup) {
            case (.archived, .transaction(let id)): recall.archived.insert(id)
            // A key or a code that is remembered keeps its segment from being pruned.
            case (.damaged, _), (.archived, _): recall.unreadable[lookup] = "\(error)"
            case (.newerVersion, _), (.otherNumber, _), (.claimLost, _), (.endLost, _), (.failed, _): throw error
            }
        }
    }

    private func known(_ key: SubmissionKey) throws -> Recall.Known? {
        let fingerprint = Fingerprint(key)
        guard let number = try batch(of: fingerprint, .keys) else { return nil }
        let entry = try reader.batch(number).entries.first { $0.opening?.key.fingerprint == fingerprint }
        guard let entry, let opening = entry.opening else {
            throw JournalError.damaged(path: files.folder, what: "batch \(number) does not have the key it should have")
        }
        guard let last = try lastBatch(of: entry.id) else {
            throw JournalError.damaged(
                path: files.folder, what: "transaction \(entry.id) is missing although its key is there")
        }
        let transaction = try reader.transaction(entry.id, in: last)
        return transaction.key == key ? Recall.Known(transaction: transaction, body: opening.body) : nil
    }

    /// The batch that made a key or a code known: from memory, or from the runs whose filters do not exclude it.
    private func batch(of fingerprint: Fingerprint, _ kind: Run.Kind) throws -> UInt64? {
        while true {
            let (known, runs) = tail.with { ($0.known(fingerprint, kind), $0.runs(that: fingerprint, kind)) }
            if let known { return known.batch }
            do {
                for run in runs {
                    if let batch = try index.batch(of: fingerprint, in: run) { return batch }
                }
                return nil
            } catch {
                // A run that was merged meanwhile is in another one.
                guard tail.with({ $0.runs(that: fingerprint, kind) }) != runs else { throw error }
            }
        }
    }

    private func lastBatch(of id: TransactionID) throws -> UInt64? {
        if let place = open[id] ?? tail.with({ $0.place(of: id) }) { return place.batch }
        return try index.batch(of: id)
    }

    // MARK: - What is written

    public nonisolated func begin(_ entries: [JournalEntry], _ end: @escaping CommitEnd) {
        let fingerprints = entries.flatMap(\.fingerprints)
        if !fingerprints.isEmpty { tail.with { $0.begin(fingerprints) } }
        guard begun.add(entries, end) else { return }
        let journal = Held(self)
        thread.perform { [begun] in
            let group = begun.takeAll()
            begun.end(group, journal.use { try $0.write(group.entries) })
        }
    }

    /// A journal until it is used, and no longer: whoever hears of a commit's end may let go of the journal, and claim
    /// it again at once.
    private final class Held: Sendable {
        private let journal: Mutex<LogJournal?>

        init(_ journal: LogJournal) { self.journal = Mutex(journal) }

        /// Uses it on its thread.
        func use<Value: Sendable>(_ body: (isolated LogJournal) throws -> Value) -> Result<Value, any Error> {
            guard let taken = journal.withLock({ $0.take() }) else { preconditionFailure("it is used once") }
            return Result { try taken.assumeIsolated(body) }
        }
    }

    private func write(_ entries: [JournalEntry]) throws {
        guard let at = entries.first?.madeAt else { return }
        log.letGo(except: tail.with(\.closed))
        if let closed = try log.rotate(before: at) {
            tail.with { $0.close(closed) }
            indexer.call()
        }
        var next = retention
        let batch = try BatchMaker(files.folder, log.standing, former: former, outcome: outcome).batch(entries, &next)
        try log.append(batch)
        retention = next
        for entry in batch.entries { open[entry.id] = entry.isOpen ? Place(entry, in: log.head.number) : nil }
        let (head, bytes, today) = (log.head, log.lastBytes, retention.today)
        if tail.with({ $0.append(batch, head, bytes: bytes, today: today) }) { indexer.call() }
    }

    /// What a commit has to know of a transaction's former entry; nil if there is none.
    private func former(_ id: TransactionID, isNew: Bool) throws -> Place? {
        if let place = open[id] ?? tail.with({ $0.place(of: id) }) { return place }
        // The router has just made a new transaction's ID: 74 random bits are no other's.
        guard !isNew, let batch = try index.batch(of: id) else { return nil }
        return Place(try reader.entry(of: id, in: batch), in: batch)
    }

    private func outcome(_ id: TransactionID, in batch: UInt64) throws -> Outcome? {
        try reader.transaction(id, in: batch).outcome
    }

    public func checkClaim() throws { try log.check() }

    public func footprint() -> JournalFootprint {
        let segments = (try? files.segments) ?? [log.segment.file]
        let sequence = log.standing.sequence
        return JournalFootprint(
            bytes: [
                "journal": segments.reduce(0) { $0 + JournalFile.bytes(of: $1.path) },
                "wal": segments.reduce(0) { $0 + JournalFile.bytes(of: $1.path + "-wal") },
                "index": JournalFile.bytes(of: files.index) + JournalFile.bytes(of: files.index + "-wal"),
            ], unindexedEvents: sequence - tail.with { min($0.mark.sequence, sequence) })
    }
}

extension JournalEntry {
    /// What it makes known: a new transaction's key, a code that works no more.
    fileprivate var fingerprints: [Fingerprint] {
        [opening.map { _ in Fingerprint(transaction.key) }, usedInformation.map { Fingerprint($0.digest) }]
            .compactMap(\.self)
    }
}

extension Recovered {
    /// What the log says.
    init(_ standing: Standing, _ open: [TransactionID: Place], _ log: LogReader) throws {
        var unfinished: [Unfinished] = []
        var reopened: [Transaction] = []
        for (id, place) in open.sorted(by: { $0.key < $1.key }) {
            // The first entries of one that has its outcome may be pruned.
            guard !place.hasOutcome else {
                reopened.append(try log.transaction(id, in: place.batch))
                continue
            }
            let entries = try log.entries(of: id, from: place.batch)
            let transaction = try log.transaction(of: entries[0])
            if let opening = entries.last?.opening {
                unfinished.append(Unfinished(transaction: transaction, body: opening.body))
            }
        }
        self.init(
            journal: standing.journal, journals: Int(standing.journals), term: standing.term,
            sequence: standing.sequence, unfinished: unfinished, reopened: reopened, lastEventAt: standing.at,
            wasRestored: standing.isRestored)
    }
}

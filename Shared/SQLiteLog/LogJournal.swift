import Foundation
import RelayDomain
import RelayJournal
import Synchronization

/// A journal as an append-only log in segments, with an index beside it (ADR 4), claimed by a lock on a file.
///
/// The actor lives on a thread of its own: a commit waits for the disk there and nowhere else.
public actor LogJournal: Journal {
    public nonisolated let recovered: Recovered
    public nonisolated let indexRebuiltBecause: String?
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
    private var search: LogSearch<LogReader, IndexLookup, SharedTail>
    /// The bytes of the segments that take no more batches, and how many looks ago they were counted.
    private var closedBytes: (sum: Int64, looks: Int)?
    /// After so many looks at the journal's size, which come each second, its folder is listed again.
    private static let closedLooks = 60
    private var retention: Retention

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
        let found = try IndexFile.start(files, reader, log.claiming, today: retention.today)
        recovered = try Recovered(log.claiming, found.open, reader)
        indexRebuiltBecause = found.rebuiltBecause
        var tail = found.tail
        // What a router had no time to do that was killed.
        for segment in try files.segments.dropLast() where JournalFile.bytes(of: segment.path + "-wal") > 0 {
            tail.close(segment)
        }
        _ = tail.append(try log.claim(), log.head, bytes: log.lastBytes, today: retention.today)
        self.tail = SharedTail(tail)
        search = LogSearch(
            reader, try IndexLookup(files.index), self.tail, open: found.open, keyed: { Fingerprint($0) })
        indexer = Indexer(files, self.tail, term: log.standing.term)
    }

    /// The lock is let go of when nothing is written any more.
    deinit { indexer.stop() }

    // MARK: - What was

    public nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool {
        tail.mayKnow(lookup) { Fingerprint($0) }
    }

    public nonisolated func recall(
        _ lookups: [JournalLookup], _ answer: @escaping @Sendable (Result<Recall, any Error>) -> Void
    ) {
        let journal = Held(self)
        thread.perform { answer(journal.use { try $0.search.answers(to: lookups) }) }
    }

    // MARK: - What is written

    public nonisolated func begin(_ entries: [JournalEntry], _ end: @escaping CommitEnd) {
        let fingerprints = entries.fingerprints { Fingerprint($0) }
        let newest = entries.compactMap(\.madeAt).max()
        tail.with { $0.begin(fingerprints, at: newest) }
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
            let opened = log.head
            tail.with { $0.close(closed, before: opened) }
            closedBytes = nil
            indexer.call()
        }
        var next = retention
        let batch = try search.batch(entries, after: log.standing, &next)
        try log.append(batch)
        retention = next
        search.appended(batch, as: log.head.number)
        let (head, bytes, today) = (log.head, log.lastBytes, retention.today)
        if tail.with({ $0.append(batch, head, bytes: bytes, today: today) }) { indexer.call() }
    }

    public func checkClaim() throws { try log.check() }

    /// Segments that were pruned meanwhile are let go of.
    private func bytesOfClosed() -> Int64 {
        if var counted = closedBytes, counted.looks < Self.closedLooks {
            counted.looks += 1
            closedBytes = counted
            return counted.sum
        }
        guard let segments = try? reader.allSegments() else { return closedBytes?.sum ?? 0 }
        let closed = segments.filter { $0 != log.segment.file }
        let sum = closed.reduce(0) { $0 + JournalFile.bytes(of: $1.path) }
        closedBytes = (sum, 0)
        return sum
    }

    public func footprint() -> JournalFootprint {
        let newest = log.segment.file
        let sequence = log.standing.sequence
        return JournalFootprint(
            bytes: [
                "journal": bytesOfClosed() + JournalFile.bytes(of: newest.path),
                "wal": (tail.with(\.closed) + [newest]).reduce(0) { $0 + JournalFile.bytes(of: $1.path + "-wal") },
                "index": JournalFile.bytes(of: files.index) + JournalFile.bytes(of: files.index + "-wal"),
            ], unindexedEvents: sequence - tail.with { min($0.mark.sequence, sequence) },
            indexTrouble: indexer.whyBehind)
    }
}

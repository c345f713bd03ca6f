import Foundation
import GRDBSQLite
import RelayDomain
import RelayJournal

/// The index of a log: where each transaction's last entry is, and what keys and codes were used, up to a mark.
///
/// A file of its own that can be built anew of the log, but for what was pruned. So it is not synchronized at each
/// commit (`synchronous=NORMAL`): after a power failure it is what it was some slices before.
final class IndexFile: IndexStore {
    static let version = 2
    /// What is kept of a WAL that a long look by somebody else let grow.
    private static let walBytesMax = 64 << 20

    let path: String
    private let connection: Connection

    /// Opens an index to write.
    /// - Parameter makes: whether it is made if it is absent.
    /// - Throws: ``JournalError``; ``JournalError/damaged(path:what:)`` if it has to be built anew.
    init(_ path: String, makes: Bool = true) throws {
        self.path = path
        if makes, !FileManager.default.fileExists(atPath: path) {
            try JournalFile.remove(path)  // What is left of a deleted one.
        }
        connection = try Connection(path, makes ? .make : .write)
        try JournalFile.closeToOthers(path)
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF")
        try connection.execute("PRAGMA journal_size_limit = \(Self.walBytesMax)")
        try connection.execute("PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY")
        try JournalFile.closeToOthers(path)
        if try connection.layout() == 0 { try make() }
        try connection.checkLayout()
        // Earlier indexes of this layout lack it, and their writers overlook it.
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS seen (
                one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL,
                sequence INTEGER NOT NULL
            )
            """)
    }

    private func make() throws {
        try connection.transaction {
            try connection.execute(
                """
                CREATE TABLE mark (
                    number INTEGER NOT NULL, hash BLOB NOT NULL, sequence INTEGER NOT NULL, term INTEGER NOT NULL
                );
                INSERT INTO mark VALUES (0, zeroblob(32), 0, 0);
                CREATE TABLE place (
                    id BLOB PRIMARY KEY NOT NULL, batch INTEGER NOT NULL, open INTEGER NOT NULL
                ) WITHOUT ROWID;
                CREATE INDEX open_place ON place (id) WHERE open = 1;
                CREATE TABLE run (
                    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, day INTEGER NOT NULL, level INTEGER NOT NULL,
                    rows INTEGER NOT NULL, filter BLOB NOT NULL
                );
                CREATE TABLE filter (
                    run INTEGER NOT NULL, part INTEGER NOT NULL, bits BLOB NOT NULL, PRIMARY KEY (run, part)
                ) WITHOUT ROWID;
                PRAGMA user_version = \(Self.version);
                """)
        }
    }

    // MARK: - What it holds

    /// Opens a journal's index and reads the log behind its mark.
    static func start(
        _ files: LogFiles, _ log: LogReader, _ standing: Standing, today: Int64
    ) throws -> IndexStart<LogReader, IndexFile>.Found {
        let found = try IndexStart(log, standing, today: today).find(
            files.index,
            existing: { FileManager.default.fileExists(atPath: files.index) ? try IndexFile(files.index) : nil },
            anew: { try draft(files) })
        if found.isNew { try useDraft(files) }
        return found
    }

    /// Builds a journal's index anew.
    static func rebuild(
        _ files: LogFiles, _ log: LogReader, today: Int64, _ progress: (UInt64, UInt64) throws -> Void
    ) throws {
        _ = try IndexStart<LogReader, IndexFile>(log, try log.last().batch.standing, today: today).built(
            files.index, { try draft(files) }, nil, progress)
        try useDraft(files)
    }

    /// An empty index beside the present one, which stays until this one is whole: it alone has the places of what was
    /// pruned.
    private static func draft(_ files: LogFiles) throws -> IndexFile {
        try JournalFile.remove(files.indexDraft)
        return try IndexFile(files.indexDraft)
    }

    /// The draft is whole and closed: from now on it is the index.
    private static func useDraft(_ files: LogFiles) throws {
        try moveWAL(files.indexDraft)
        try JournalFile.synchronize(file: files.indexDraft)
        try JournalFile.remove(files.index)
        guard rename(files.indexDraft, files.index) == 0 else {
            throw JournalError.failed(path: files.index, reason: String(cString: strerror(errno)))
        }
        try JournalFile.synchronize(folder: files.folder)
    }

    /// Leaves all of an index in its one file.
    private static func moveWAL(_ path: String) throws {
        guard try Connection(path, .write).checkpoint(SQLITE_CHECKPOINT_TRUNCATE) != nil else {
            throw JournalError.failed(path: path, reason: "somebody else has it open")
        }
    }

    /// What an index proves against its log.
    /// - Returns: nil if it proves nothing, because it is absent or damaged or of an earlier time.
    static func lostEnd(_ files: LogFiles, _ log: LogReader) throws -> JournalFault? {
        guard FileManager.default.fileExists(atPath: files.index) else { return nil }
        do {
            return try IndexLookup(files.index).witness().lostEnd(of: log)
        } catch JournalError.damaged(files.index, _) {
            return nil
        }
    }

    /// - Throws: ``JournalError/damaged(path:what:)`` also if a run's filter is not the one it was revealed with.
    func contents() throws -> IndexContents {
        let mark = try mark()
        var filters: [Run: KeyFilter] = [:]
        for (run, digest) in try runs() { filters[run] = try filter(of: run, digest) }
        return IndexContents(mark: mark, filters: filters)
    }

    /// The batch up to which it contains the log.
    func mark() throws -> Mark { try connection.mark() }

    /// The runs that are true, and the digest of each one's filter.
    func runs() throws -> [(run: Run, filter: [UInt8])] {
        try connection.statement("SELECT number, kind, day, level, rows, filter FROM run ORDER BY number").all { row in
            guard let number = row.number(0), let kind = row.text(1).flatMap(Run.Kind.init), let day = row.signed(2),
                let level = row.number(3), let rows = row.number(4), rows < 1 << 32, level < 64,
                let digest = row.bytes(5)
            else { throw damaged("a run cannot be read") }
            return (Run(kind: kind, day: day, level: Int(level), number: number, rows: Int(rows)), digest)
        }
    }

    func trueRuns() throws -> [Run] { try runs().map(\.run) }

    private func filter(of run: Run, _ digest: [UInt8]) throws -> KeyFilter {
        let parts = try connection.statement("SELECT bits FROM filter WHERE run = ? ORDER BY part").all(
            .number(run.number)
        ) { $0.bytes(0) ?? [] }
        guard let filter = KeyFilter(rows: run.rows, bytes: Array(parts.joined())), filter.digest == digest else {
            throw damaged("the filter of \(run.table) is not the one that was written")
        }
        return filter
    }

    /// Tables of runs that are not true: a crash left them.
    func strays(beside runs: [Run]) throws -> [Run] {
        let names = try connection.statement("SELECT name FROM sqlite_master WHERE type = 'table'").all {
            $0.text(0) ?? ""
        }
        let known = Set(runs.map(\.table))
        for run in runs where !names.contains(run.table) { throw damaged("\(run.table) is missing") }
        return names.filter { !known.contains($0) }.compactMap(Run.init(table:))
    }

    private func damaged(_ what: String) -> JournalError { .damaged(path: path, what: what) }

    /// The transactions that a start has to go on with, as of the mark or later, and the batch of each.
    func open() throws -> [(TransactionID, UInt64)] {
        try connection.statement("SELECT id, batch FROM place WHERE open = 1").all { row in
            guard let id = row.bytes(0).flatMap({ TransactionID(data: Data($0)) }), let batch = row.number(1) else {
                throw damaged("the place of an open transaction cannot be read")
            }
            return (id, batch)
        }
    }

    // MARK: - What it is asked

    func rows(of runs: [Run], after: Fingerprint?, most: Int) throws -> [(Fingerprint, UInt64)] {
        let parts = runs.map { "SELECT fingerprint, batch FROM \"\($0.table)\" WHERE fingerprint > ?1" }
        let sql = parts.joined(separator: " UNION ALL ") + " ORDER BY 1 LIMIT ?2"
        return try connection.statement(sql).all(.bytes(after?.bytes ?? []), .number(UInt64(most))) { row in
            guard let fingerprint = row.bytes(0).flatMap({ Fingerprint(bytes: $0) }), let batch = row.number(1) else {
                throw damaged("a row of a run cannot be read")
            }
            return (fingerprint, batch)
        }
    }

    // MARK: - What is written

    func claim(as term: UInt64) throws {
        try connection.transaction {
            let found = try connection.term()
            guard found <= term else { throw IndexTaken(by: found) }
            if found < term { try connection.statement("UPDATE mark SET term = ?").run(.number(term)) }
        }
    }

    func apply(_ changes: [IndexChange], as term: UInt64) throws {
        for case .drop(let run) in changes { connection.forgetStatements(naming: run.table) }
        try connection.transaction {
            let found = try connection.term()
            guard found == term else { throw IndexTaken(by: found) }
            for change in changes { try apply(change) }
        }
    }

    private func apply(_ change: IndexChange) throws {
        switch change {
        case .place(let id, let batch, let isOpen):
            try connection.statement(
                """
                INSERT INTO place VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, open = excluded.open
                """
            ).run(.bytes(Array(id.data)), .number(batch), .number(isOpen ? 1 : 0))
        case .create(let run):
            try connection.execute(
                """
                CREATE TABLE "\(run.table)" (fingerprint BLOB PRIMARY KEY NOT NULL, batch INTEGER NOT NULL) WITHOUT ROWID
                """)
        case .row(let run, let fingerprint, let batch):
            try connection.statement("INSERT OR IGNORE INTO \"\(run.table)\" VALUES (?, ?)").run(
                .bytes(fingerprint.bytes), .number(batch))
        case .filterPart(let run, let part, let bits):
            try connection.statement("INSERT OR REPLACE INTO filter VALUES (?, ?, ?)").run(
                .number(run.number), .number(UInt64(part)), .bytes(bits))
        case .reveal(let run, let filter):
            try connection.statement("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?)").run(
                .number(run.number), .text(run.kind.rawValue), .signed(run.day), .number(UInt64(run.level)),
                .number(UInt64(run.rows)), .bytes(filter.digest))
        case .hide(let run):
            try connection.statement("DELETE FROM run WHERE number = ?").run(.number(run.number))
        case .delete(let run, let last):
            try connection.statement("DELETE FROM \"\(run.table)\" WHERE fingerprint <= ?").run(.bytes(last.bytes))
            // A filter has far fewer parts than its run has pieces of rows.
            try connection.statement(
                "DELETE FROM filter WHERE run = ?1 AND part = (SELECT max(part) FROM filter WHERE run = ?1)"
            ).run(.number(run.number))
        case .drop(let run):
            try connection.statement("DELETE FROM filter WHERE run = ?").run(.number(run.number))
            try connection.execute("DROP TABLE IF EXISTS \"\(run.table)\"")
        case .mark(let mark):
            try connection.statement("UPDATE mark SET number = ?, hash = ?, sequence = ?").run(
                .number(mark.head.number), .bytes(mark.head.hash), .number(mark.sequence))
        case .seen(let mark):
            try connection.statement("INSERT OR REPLACE INTO seen VALUES (1, ?, ?, ?)").run(
                .number(mark.head.number), .bytes(mark.head.hash), .number(mark.sequence))
        }
    }
}

/// Asks the index beside the thread that writes it.
final class IndexLookup: IndexSearching {
    let path: String
    private let connection: Connection

    /// - Throws: ``JournalError``.
    init(_ path: String) throws {
        self.path = path
        connection = try Connection(path, .read)
        try connection.checkLayout()
    }

    /// The batch with the transaction's last entry; nil if the index does not contain the transaction.
    func batch(of id: TransactionID) throws -> UInt64? {
        try connection.statement("SELECT batch FROM place WHERE id = ?").first(.bytes(Array(id.data))) { row in
            guard let batch = row.number(0) else {
                throw JournalError.damaged(path: path, what: "the place of transaction \(id) cannot be read")
            }
            return batch
        }
    }

    /// The batch that made a fingerprint known; nil if the run does not have it.
    func batch(of fingerprint: Fingerprint, in run: Run) throws -> UInt64? {
        let sql = "SELECT batch FROM \"\(run.table)\" WHERE fingerprint = ?"
        return try connection.once(sql).first(.bytes(fingerprint.bytes)) { row in
            guard let batch = row.number(0) else {
                throw JournalError.damaged(path: path, what: "a row of \(run.table) cannot be read")
            }
            return batch
        }
    }

    /// The places behind a transaction, in the order of IDs, at most so many.
    func places(
        after id: [UInt8], before end: [UInt8], most: Int
    ) throws -> [(id: [UInt8], batch: UInt64?)] {
        try connection.statement("SELECT id, batch FROM place WHERE id > ? AND id < ? ORDER BY id LIMIT ?").all(
            .bytes(id), .bytes(end), .number(UInt64(most))
        ) { ($0.bytes(0) ?? [], $0.number(1)) }
    }

    /// The batch up to which the index contains the log.
    func mark() throws -> Mark { try connection.mark() }

    /// What it proves against its log.
    func witness() throws -> IndexWitness {
        IndexWitness(
            mark: try mark(), seen: try connection.seen(),
            named: try connection.statement("SELECT max(batch) FROM place WHERE open = 1").first { $0.number(0) ?? 0 }
                ?? 0, term: try connection.term())
    }

    /// How many transactions have their last entry in one of these batches.
    func count(_ batches: ClosedRange<UInt64>) throws -> UInt64 {
        let sql = "SELECT count(*) FROM place WHERE batch BETWEEN ? AND ?"
        return try connection.statement(sql).first(.number(batches.lowerBound), .number(batches.upperBound)) {
            $0.number(0) ?? 0
        } ?? 0
    }
}

extension Connection {
    /// The index's layout; 0 for a file that was just made.
    fileprivate func layout() throws -> Int64 {
        try statement("PRAGMA user_version").first { $0.signed(0) ?? -1 } ?? -1
    }

    fileprivate func checkLayout() throws {
        let found = try layout()
        guard found == IndexFile.version else {
            throw JournalError.damaged(
                path: path, what: "its layout is \(found), this version writes \(IndexFile.version)")
        }
    }

    fileprivate func mark() throws -> Mark {
        guard let mark = try mark(in: "mark") else { throw unreadableMark }
        return mark
    }

    /// Nil if an earlier build made the index, or its writer has not told it of a batch yet.
    fileprivate func seen() throws -> Mark? {
        let isThere = try statement("SELECT 1 FROM sqlite_master WHERE name = 'seen'").first { _ in true } ?? false
        return isThere ? try mark(in: "seen") : nil
    }

    /// The one row of a table; nil if there is none.
    private func mark(in table: String) throws -> Mark? {
        try statement("SELECT number, hash, sequence FROM \(table)").first { row in
            guard let number = row.number(0), let hash = row.bytes(1), let sequence = row.number(2),
                hash.count == LogHead.start.count
            else { throw unreadableMark }
            return Mark(head: LogHead(number: number, hash: hash), sequence: sequence)
        }
    }

    /// The term of the writer that has claimed the index; 0 before the first.
    fileprivate func term() throws -> UInt64 {
        guard case let term?? = try statement("SELECT term FROM mark").first(read: { $0.number(0) }) else {
            throw unreadableMark
        }
        return term
    }

    private var unreadableMark: JournalError { .damaged(path: path, what: "its mark cannot be read") }
}

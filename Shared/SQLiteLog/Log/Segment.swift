import Foundation
import GRDBSQLite
import RelayJournal

/// One file of the log: a span of batches, of which only new ones are appended. Its first batch is `opened`; the last
/// one of a segment that takes no more is `closed`.
final class Segment {
    /// A row of `batch`.
    struct Row {
        let number: UInt64
        let body: [UInt8]
        let hash: [UInt8]

        var head: LogHead { LogHead(number: number, hash: hash) }
    }

    /// What the file says of itself.
    struct Header {
        let journal: UInt64
        let journals: UInt64
        let first: UInt64
        /// The hash of the batch before the first.
        let follows: [UInt8]
    }

    /// The layout of the tables and of the batches' bytes: the one that this build reads and writes.
    static let version = Int(Batch.layout)
    /// Small pages: a commit writes whole pages to the WAL, and most commits are small.
    private static let pageBytes = 1_024
    /// How many bytes one look takes into memory, and one batch more.
    private static let lookBytesMax = 4 << 20

    let file: SegmentFile
    let header: Header
    let connection: Connection

    /// Opens a segment.
    /// - Parameter durability: what a commit promises; nil: only to read.
    /// - Throws: ``JournalError``.
    init(_ file: SegmentFile, _ durability: Durability?) throws {
        self.file = file
        if durability != nil { try JournalFile.closeToOthers(file.path) }
        connection = try Connection(file.path, durability == nil ? .read : .write)
        header = try Self.header(connection)
        guard header.first == file.first else {
            throw JournalError.damaged(path: file.path, what: "it begins with batch \(header.first)")
        }
        guard let durability else { return }
        // A checkpoint would keep commits waiting: another connection does it (``Indexer``).
        try connection.execute("PRAGMA journal_mode = WAL")  // A restored file is in no mode yet.
        try connection.execute("PRAGMA synchronous = \(durability.rawValue); PRAGMA wal_autocheckpoint = 0")
        try JournalFile.closeToOthers(file.path)
    }

    private static func header(_ connection: Connection) throws -> Header {
        let damage = JournalError.damaged(path: connection.path, what: "its table segment cannot be read")
        let header = try connection.statement("SELECT version, journal, journals, first, follows FROM segment").first {
            guard let version = $0.number(0), let journal = $0.number(1), let journals = $0.number(2),
                let first = $0.number(3), let follows = $0.bytes(4), follows.count == LogHead.start.count
            else { throw damage }
            guard version <= Self.version else {
                throw JournalError.newerVersion(path: connection.path, found: Int(version), known: Self.version)
            }
            guard version == Self.version else {
                throw JournalError.failed(
                    path: connection.path,
                    reason: "its layout, \(version), is no longer read; start with an empty BATON_HOME")
            }
            return Header(journal: journal, journals: journals, first: first, follows: follows)
        }
        guard let header else { throw damage }
        return header
    }

    /// Makes the segment that follows a batch. It appears whole and durable, or not at all; one that exists stays as it
    /// is.
    /// - Throws: ``JournalError``.
    static func make(in files: LogFiles, after head: LogHead, _ standing: Standing) throws {
        let file = files.segment(first: head.number + 1)
        // Its own: somebody else may be making the same one.
        let draft = "\(file.path).\(getpid())\(SegmentFile.unfinished)"
        try JournalFile.remove(draft)
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError.failed(path: draft, reason: String(cString: strerror(errno))) }
        close(descriptor)
        let opened = Batch(kind: .opened, standing: standing).bytes
        do {
            let connection = try Connection(draft, .write)
            try connection.execute(
                """
                PRAGMA page_size = \(pageBytes); PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
                BEGIN;
                CREATE TABLE segment (
                    version INTEGER NOT NULL, journal INTEGER NOT NULL, journals INTEGER NOT NULL,
                    first INTEGER NOT NULL, follows BLOB NOT NULL
                );
                CREATE TABLE batch (number INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL);
                CREATE TRIGGER batch_is_never_changed BEFORE UPDATE ON batch
                BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
                CREATE TRIGGER batch_is_never_deleted BEFORE DELETE ON batch
                BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
                """)
            try connection.statement("INSERT INTO segment VALUES (?, ?, ?, ?, ?)").run(
                .number(UInt64(version)), .number(UInt64(standing.journal)), .number(UInt64(standing.journals)),
                .number(file.first), .bytes(head.hash))
            try connection.statement("INSERT INTO batch VALUES (?, ?, ?)").run(
                .number(file.first), .bytes(opened), .bytes(head.hash(next: opened)))
            try connection.execute("COMMIT")
            try connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        }
        if !FileManager.default.fileExists(atPath: file.path) { try JournalFile.remove(file.path) }  // A stray WAL.
        guard link(draft, file.path) == 0 || errno == EEXIST else {
            throw JournalError.failed(path: file.path, reason: String(cString: strerror(errno)))
        }
        try JournalFile.remove(draft)
        try JournalFile.synchronize(folder: files.folder)
    }

    /// Appends a batch, and returns when it is durable.
    /// - Returns: false if the number is taken: another writer has claimed the journal.
    func append(_ number: UInt64, body: [UInt8], hash: [UInt8]) throws -> Bool {
        try connection.statement("INSERT INTO batch VALUES (?, ?, ?)").insert(
            .number(number), .bytes(body), .bytes(hash))
    }

    /// The newest batch's number.
    func lastNumber() throws -> UInt64? {
        try connection.statement("SELECT max(number) FROM batch").first { $0.number(0) } ?? nil
    }

    func row(_ number: UInt64) throws -> Row? {
        try connection.statement("SELECT number, body, hash FROM batch WHERE number = ?").first(.number(number)) {
            try row($0)
        }
    }

    /// At most so many rows, in order; fewer, but one at least, if they are large.
    func rows(from number: UInt64, most: Int) throws -> [Row] {
        var bytes = 0
        func isEnough(_ row: Row) -> Bool {
            bytes += row.body.count
            return bytes >= Self.lookBytesMax
        }
        return try connection.statement(
            "SELECT number, body, hash FROM batch WHERE number >= ? ORDER BY number LIMIT ?"
        ).all(
            .number(number), .number(UInt64(most)), isEnough: isEnough
        ) { try row($0) }
    }

    /// The newest batch, which the file's chain leads to.
    /// - Throws: ``JournalError/damaged(path:what:)``.
    func last() throws -> (row: Row, batch: Batch) {
        guard let number = try lastNumber(), number >= file.first, let row = try row(number) else {
            throw JournalError.damaged(path: file.path, what: "it holds no batch that belongs to it")
        }
        let former = number == file.first ? header.follows : try self.row(number - 1)?.hash
        let changed = JournalError.damaged(path: file.path, what: "its last batch, \(number), was changed")
        guard let former, LogHead(number: number - 1, hash: former).hash(next: row.body) == row.hash else {
            throw changed
        }
        do {
            return (row, try Batch(row.body))
        } catch .newer(let found) {
            throw JournalError.newer(file.path, "its last batch, \(number)", found)
        } catch {
            throw changed
        }
    }

    /// What is of another type reads as empty bytes, which no batch is and no hash.
    private func row(_ columns: Columns) throws -> Row {
        guard let number = columns.number(0) else {
            throw JournalError.damaged(path: file.path, what: "a batch's number is negative")
        }
        return Row(number: number, body: columns.bytes(1) ?? [], hash: columns.bytes(2) ?? [])
    }
}

import Foundation
import GRDBSQLite
import RelayJournal

/// A connection to one SQLite file, for one thread at a time: it has no mutex of its own.
///
/// The log and its index need few statements, prepared once and kept, and the exact moment of each commit; so they use
/// SQLite's own functions. The registry and backups use GRDB.
final class Connection {
    enum Mode { case make, write, read }

    let path: String
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// - Throws: ``JournalError``.
    init(_ path: String, _ mode: Mode) throws {
        var opened: OpaquePointer?
        let access =
            switch mode {
            case .make: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .write: SQLITE_OPEN_READWRITE
            case .read: SQLITE_OPEN_READONLY
            }
        let code = sqlite3_open_v2(path, &opened, access | SQLITE_OPEN_NOMUTEX, nil)
        guard let opened else { throw JournalError.failed(path: path, reason: "out of memory") }
        (self.path, handle) = (path, opened)
        guard code == SQLITE_OK else { throw failure(code) }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5_000)
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Carries out statements that are needed once.
    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// A statement that is kept for the next time.
    func statement(_ sql: String) throws -> Statement {
        if let kept = statements[sql] { return kept }
        let made = try Statement(sql, on: self)
        statements[sql] = made
        return made
    }

    /// A statement that is not kept: of a table that soon is another.
    func once(_ sql: String) throws -> Statement { try Statement(sql, on: self) }

    /// Lets go of the kept statements that name a table: it is about to be dropped.
    func forgetStatements(naming table: String) { statements = statements.filter { !$0.key.contains(table) } }

    /// Carries out all of `work`, or nothing.
    func transaction<Result>(_ begin: String = "BEGIN IMMEDIATE", _ work: () throws -> Result) throws -> Result {
        try execute(begin)
        do {
            let result = try work()
            try execute("COMMIT")
            return result
        } catch {
            try? execute("ROLLBACK")  // SQLite may have rolled it back itself.
            throw error
        }
    }

    /// Moves what it can of the WAL into the file.
    /// - Parameter mode: `PASSIVE` holds no writer up; `RESTART` and `TRUNCATE` let it wait until all is moved.
    /// - Returns: how many pages the WAL has; nil if another connection kept SQLite from it.
    @discardableResult
    func checkpoint(_ mode: Int32) throws -> Int32? {
        // A connection that has read nothing has no WAL open: SQLite would say that all is well, and move nothing.
        try execute("SELECT 1 FROM sqlite_master LIMIT 1")
        var (pages, moved): (Int32, Int32) = (0, 0)
        let code = sqlite3_wal_checkpoint_v2(handle, nil, mode, &pages, &moved)
        if code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED { return nil }
        guard code == SQLITE_OK else { throw failure(code) }
        return pages
    }

    /// What SQLite refused with, and the file.
    func failure(_ code: Int32) -> JournalError {
        let words = String(cString: sqlite3_errmsg(handle))
        return switch code & 0xFF {
        // An error in a statement: a table is not the one that this module made.
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT, SQLITE_ERROR: .damaged(path: path, what: words)
        default: .failed(path: path, reason: words)
        }
    }

    fileprivate func prepare(_ sql: String) throws -> OpaquePointer {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else { throw failure(code) }
        return made
    }
}

/// A prepared statement of a ``Connection``, which must outlive it.
final class Statement {
    private unowned let connection: Connection
    private let handle: OpaquePointer

    fileprivate init(_ sql: String, on connection: Connection) throws {
        self.connection = connection
        handle = try connection.prepare(sql)
    }

    deinit { sqlite3_finalize(handle) }

    /// Carries the statement out, which returns no rows.
    func run(_ values: Value...) throws {
        let code = try step(values)
        defer { sqlite3_reset(handle) }
        guard code == SQLITE_DONE else { throw connection.failure(code) }
    }

    /// Carries an INSERT out.
    /// - Returns: false if a row with this key exists.
    func insert(_ values: Value...) throws -> Bool {
        let code = try step(values)
        defer { sqlite3_reset(handle) }
        switch code {
        case SQLITE_DONE: return true
        case Self.keyExists: return false
        default: throw connection.failure(code)
        }
    }

    /// SQLITE_CONSTRAINT_PRIMARYKEY, a macro that Swift does not import.
    private static let keyExists = SQLITE_CONSTRAINT | 6 << 8

    /// Reads the first row, if there is one.
    func first<Found>(_ values: Value..., read: (Columns) throws -> Found) throws -> Found? {
        let code = try step(values)
        defer { sqlite3_reset(handle) }
        switch code {
        case SQLITE_ROW: return try read(Columns(handle: handle))
        case SQLITE_DONE: return nil
        default: throw connection.failure(code)
        }
    }

    /// Reads all rows.
    /// - Parameter isEnough: asked after each row whether no more is wanted.
    func all<Found>(
        _ values: Value..., isEnough: (Found) -> Bool = { _ in false }, read: (Columns) throws -> Found
    ) throws -> [Found] {
        var code = try step(values)
        defer { sqlite3_reset(handle) }
        var found: [Found] = []
        while code == SQLITE_ROW {
            let next = try read(Columns(handle: handle))
            found.append(next)
            if isEnough(next) { return found }
            code = sqlite3_step(handle)
        }
        guard code == SQLITE_DONE else { throw connection.failure(code) }
        return found
    }

    /// What a question mark stands for.
    enum Value {
        case number(UInt64)
        case signed(Int64)
        case bytes([UInt8])
        case text(String)
    }

    private func step(_ values: [Value]) throws -> Int32 {
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index) + 1)
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
        return sqlite3_step(handle)
    }

    private func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .number(let number): sqlite3_bind_int64(handle, index, Int64(bitPattern: number))
        case .signed(let number): sqlite3_bind_int64(handle, index, number)
        case .bytes(let bytes):
            bytes.withUnsafeBytes {
                $0.isEmpty
                    ? sqlite3_bind_zeroblob(handle, index, 0)
                    : sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.copied)
            }
        case .text(let text): sqlite3_bind_text(handle, index, text, -1, Self.copied)
        }
    }

    /// SQLITE_TRANSIENT: SQLite copies what is bound before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// The columns of one row, valid while it is read. Whoever damages a file is not bound to a column's type: what is of
/// another type reads as nil.
struct Columns {
    fileprivate let handle: OpaquePointer

    func signed(_ index: Int32) -> Int64? {
        sqlite3_column_type(handle, index) == SQLITE_INTEGER ? sqlite3_column_int64(handle, index) : nil
    }

    func number(_ index: Int32) -> UInt64? { signed(index).flatMap { $0 < 0 ? nil : UInt64($0) } }

    func bytes(_ index: Int32) -> [UInt8]? {
        guard sqlite3_column_type(handle, index) == SQLITE_BLOB else { return nil }
        guard let start = sqlite3_column_blob(handle, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))))
    }

    func text(_ index: Int32) -> String? {
        guard sqlite3_column_type(handle, index) == SQLITE_TEXT, let text = sqlite3_column_text(handle, index) else {
            return nil
        }
        return String(cString: text)
    }
}

import Foundation
import GRDB
import GRDBSQLite

// The few statements that every transaction passes are bound and read by SQLite's own functions: a third of a row's
// cost is saved (docs/adr/0004-the-journal.md). Everything else in this module is plain GRDB.

/// The values of a statement, in the order of its question marks.
struct Binding {
    fileprivate let statement: SQLiteStatement
    private var index: Int32 = 0

    fileprivate init(_ statement: SQLiteStatement) { self.statement = statement }

    mutating func add(_ number: Int64) {
        index += 1
        sqlite3_bind_int64(statement, index, number)
    }

    mutating func add(_ text: String?) {
        index += 1
        guard var text else { return bindNull() }
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(statement, index, $0.baseAddress, Int32($0.count), Self.copied)
            }
        }
    }

    mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { bind($0) } }

    mutating func add(_ bytes: Data?) {
        guard let bytes else {
            index += 1
            return bindNull()
        }
        bytes.withUnsafeBytes { bind($0) }
    }

    private mutating func bind(_ bytes: UnsafeRawBufferPointer) {
        index += 1
        if bytes.isEmpty {
            sqlite3_bind_zeroblob(statement, index, 0)
        } else {
            sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), Self.copied)
        }
    }

    private func bindNull() { sqlite3_bind_null(statement, index) }

    /// SQLITE_TRANSIENT: SQLite copies what is bound before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// The columns of one row, valid while it is read.
struct Columns {
    fileprivate let statement: SQLiteStatement

    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }

    func bytes(_ index: Int32) -> Data {
        guard let bytes = sqlite3_column_blob(statement, index) else { return Data() }
        return Data(bytes: bytes, count: Int(sqlite3_column_bytes(statement, index)))
    }
}

extension Statement {
    /// Carries the statement out, which returns no rows.
    /// - Throws: `DatabaseError`.
    func run(_ database: Database, _ bind: (inout Binding) -> Void = { _ in }) throws {
        let code = step(bind)
        defer { sqlite3_reset(sqliteStatement) }
        guard code == SQLITE_DONE else { throw error(code, database) }
    }

    /// Reads the first row, if there is one.
    /// - Throws: `DatabaseError`, or what `read` throws.
    func first<Found>(
        _ database: Database, _ bind: (inout Binding) -> Void = { _ in }, read: (Columns) throws -> Found?
    ) throws -> Found? {
        let code = step(bind)
        defer { sqlite3_reset(sqliteStatement) }
        switch code {
        case SQLITE_ROW: return try read(Columns(statement: sqliteStatement))
        case SQLITE_DONE: return nil
        default: throw error(code, database)
        }
    }

    private func step(_ bind: (inout Binding) -> Void) -> Int32 {
        sqlite3_reset(sqliteStatement)
        var binding = Binding(sqliteStatement)
        bind(&binding)
        return sqlite3_step(sqliteStatement)
    }

    private func error(_ code: Int32, _ database: Database) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: sql)
    }
}

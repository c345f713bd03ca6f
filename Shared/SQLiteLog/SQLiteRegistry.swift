import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayMessages

/// The registry in one SQLite file, `registry.db`: the shop that is in force, all that were before, and who applied
/// each.
public actor SQLiteRegistry: RegistryStore {
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread = JournalThread(label: "registry")
    private let queue: DatabaseQueue
    private let path: String

    /// - Parameter path: made if absent.
    /// - Throws: ``JournalError``.
    public init(at path: String) throws {
        self.path = path
        queue = try JournalFile.open(path)
        try JournalFile.migrate(
            queue, path,
            [
                {
                    try $0.execute(
                        sql: "CREATE TABLE shop (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL)")
                },
                {
                    try $0.execute(
                        sql: """
                            ALTER TABLE shop ADD COLUMN name TEXT NOT NULL DEFAULT '';
                            ALTER TABLE shop ADD COLUMN note TEXT NOT NULL DEFAULT '';
                            """)
                },
            ])
    }

    public func load(unless known: UInt64) throws -> Registry? {
        try JournalFile.failing(path) { [path] in
            try queue.read { database in
                let statement = try database.cachedStatement(
                    sql: "SELECT version, body FROM shop WHERE version > ? ORDER BY version DESC LIMIT 1")
                guard let row = try Row.fetchOne(statement, arguments: [Int64(known)]) else { return nil }
                guard let version = row.value(0, UInt64.self), version < 1 << 62, let shop = row.value(1, Data.self)
                else {
                    throw JournalError.damaged(path: path, what: "the shop cannot be read")
                }
                do {
                    return try Registry(Shop(stored: shop), version: version)
                } catch {
                    throw JournalError.damaged(path: path, what: "the shop cannot be read (\(error))")
                }
            }
        }
    }

    public func write(_ registry: Registry, by change: ShopChange) throws {
        try JournalFile.failing(path) {
            try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO shop (version, at, body, name, note) VALUES (?, unixepoch() * 1000, ?, ?, ?)",
                    arguments: [Int64(registry.version), try registry.shop.stored(), change.name, change.note])
            }
        }
    }

    public func history() throws -> [ShopVersion] {
        try JournalFile.failing(path) { [path] in
            try queue.read { database in
                let sql = "SELECT version, at, name, note FROM shop ORDER BY version DESC LIMIT \(ShopVersion.toldMax)"
                return try Row.fetchAll(database, sql: sql).map { row in
                    guard let version = row.value(0, UInt64.self), let at = row.value(1, Int64.self),
                        let name = row.value(2, String.self), let note = row.value(3, String.self)
                    else { throw JournalError.damaged(path: path, what: "the shop's history cannot be read") }
                    return ShopVersion(
                        version: version, at: Instant(milliseconds: at), name: name.plain(most: 64),
                        note: note.plain(most: 400))
                }
            }
        }
    }

    public func shop(ofVersion version: UInt64) throws -> Shop? {
        guard let version = Int64(exactly: version) else { return nil }
        return try JournalFile.failing(path) { [path] in
            try queue.read { database in
                let sql = "SELECT body FROM shop WHERE version = ?"
                guard let row = try Row.fetchOne(database, sql: sql, arguments: [version]) else { return nil }
                guard let body = row.value(0, Data.self), let shop = try? Shop(stored: body) else {
                    throw JournalError.damaged(path: path, what: "the shop of version \(version) cannot be read")
                }
                return shop
            }
        }
    }
}

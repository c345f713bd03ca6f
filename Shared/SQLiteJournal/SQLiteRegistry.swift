import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayMessages

/// The registry in one SQLite file, `registry.db`: the shop that is in force, and all that were before.
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
                }
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

    public func write(_ registry: Registry) throws {
        try JournalFile.failing(path) {
            try queue.write { database in
                try database.execute(
                    sql: "INSERT INTO shop (version, at, body) VALUES (?, unixepoch() * 1000, ?)",
                    arguments: [Int64(registry.version), try registry.shop.stored()])
            }
        }
    }
}

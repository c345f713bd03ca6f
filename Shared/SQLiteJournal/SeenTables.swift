import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// What makes repeats known: used keys and used one-time information, in tables by the day after which they may go
/// (``Retention``).
///
/// Random keys make an index slow once it no longer fits in memory. A day's tables stay small, and a whole day goes at
/// once.
struct SeenTables {
    /// The days after whose end a table may go; ascending.
    private var keyDays: [Int64]
    private var informationDays: [Int64]
    private var retention: Retention
    private var cleanedOn: Int64?

    init(_ database: Database, _ retention: Retention) throws {
        let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        func days(_ prefix: String) -> [Int64] {
            names.compactMap { $0.hasPrefix(prefix) ? Int64($0.dropFirst(prefix.count)) : nil }.sorted()
        }
        keyDays = days("idempotency_")
        informationDays = days("code_digest_")
        self.retention = retention
    }

    /// What the head keeps for the next writer.
    var elapsed: Duration { retention.elapsed }

    func transaction(of key: SubmissionKey, _ database: Database, path: String) throws -> (TransactionID, KeyedDigest)?
    {
        let line = key.line
        for day in keyDays.reversed() {
            let statement = try database.cachedStatement(
                sql: "SELECT transaction_id, body_digest FROM idempotency_\(day) WHERE key = ?")
            let found = try statement.first(database) {
                $0.add(line)
            } read: { row in
                (TransactionID(data: row.bytes(0)), KeyedDigest(Array(row.bytes(1))))
            }
            guard let found else { continue }
            guard case (let id?, let body?) = found else {
                throw JournalError.damaged(path: path, what: "a used key's row is no transaction ID and digest")
            }
            return (id, body)
        }
        return nil
    }

    func contains(_ digest: KeyedDigest, _ database: Database) throws -> Bool {
        for day in informationDays.reversed() {
            let statement = try database.cachedStatement(sql: "SELECT 1 FROM code_digest_\(day) WHERE digest = ?")
            if try statement.first(database, { $0.add(digest.bytes) }, read: { _ in true }) == true { return true }
        }
        return false
    }

    /// Writes what an entry makes known: a new transaction's key, a code that works no more.
    mutating func insert(_ entry: JournalEntry, _ database: Database) throws {
        if let madeAt = entry.madeAt { retention.advance(to: madeAt) }
        try clean(database)
        if let opening = entry.opening { try insert(entry.transaction, body: opening.body, database) }
        if let used = entry.usedInformation {
            let day = retention.codeDay(used.rest)
            try open(day, in: \.informationDays, database, "code_digest", "digest BLOB PRIMARY KEY NOT NULL")
            try database.cachedStatement(sql: "INSERT OR IGNORE INTO code_digest_\(day) VALUES (?)")
                .run(database) { $0.add(used.digest.bytes) }
        }
    }

    private mutating func insert(_ transaction: Transaction, body: KeyedDigest, _ database: Database) throws {
        let day = retention.keyDay
        try open(
            day, in: \.keyDays, database, "idempotency",
            "key TEXT PRIMARY KEY NOT NULL, transaction_id BLOB NOT NULL, body_digest BLOB NOT NULL")
        try database.cachedStatement(sql: "INSERT INTO idempotency_\(day) VALUES (?, ?, ?)")
            .run(database) { values in
                values.add(transaction.key.line)
                values.add(transaction.id.data)
                values.add(body.bytes)
            }
    }

    /// Lets the tables go whose day is over.
    private mutating func clean(_ database: Database) throws {
        let today = retention.today
        guard today != cleanedOn else { return }
        cleanedOn = today
        for day in keyDays where day < today { try database.execute(sql: "DROP TABLE idempotency_\(day)") }
        for day in informationDays where day < today { try database.execute(sql: "DROP TABLE code_digest_\(day)") }
        keyDays.removeAll { $0 < today }
        informationDays.removeAll { $0 < today }
    }

    private mutating func open(
        _ day: Int64, in days: WritableKeyPath<SeenTables, [Int64]>, _ database: Database, _ name: String,
        _ columns: String
    ) throws {
        guard !self[keyPath: days].contains(day) else { return }
        try database.execute(sql: "CREATE TABLE \(name)_\(day) (\(columns)) WITHOUT ROWID")
        self[keyPath: days] = (self[keyPath: days] + [day]).sorted()
    }
}

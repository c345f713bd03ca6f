import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// What makes repeats known: used keys and used one-time information, in tables by the day on which they may go.
///
/// Random keys make an index slow once it no longer fits in memory. A day's tables stay small, and a whole day goes at once.
struct SeenTables {
    /// How long a key, and information that named no end, is remembered at least.
    static let kept = Duration.seconds(86_400)
    /// Information may name an end this far ahead; later ends are remembered until then.
    static let keptMost = Duration.seconds(40 * 86_400)

    /// The days, since 1970, on whose end a table may go; ascending.
    private var keyDays: [Int64]
    private var informationDays: [Int64]
    private var cleanedOn: Int64 = 0

    init(_ database: Database) throws {
        let names = try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        func days(_ prefix: String) -> [Int64] {
            names.compactMap { $0.hasPrefix(prefix) ? Int64($0.dropFirst(prefix.count)) : nil }.sorted()
        }
        keyDays = days("idempotency_")
        informationDays = days("code_digest_")
    }

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

    mutating func insert(_ transaction: Transaction, _ opening: JournalEntry.Opening, _ database: Database) throws {
        let now = transaction.acceptedAt
        try clean(now, database)
        let keyDay = Self.day(now + Self.kept)
        try open(
            keyDay, in: \.keyDays, database, "idempotency",
            "key TEXT PRIMARY KEY NOT NULL, transaction_id BLOB NOT NULL, body_digest BLOB NOT NULL")
        try database.cachedStatement(sql: "INSERT INTO idempotency_\(keyDay) VALUES (?, ?, ?)")
            .run(database) { values in
                values.add(transaction.key.line)
                values.add(transaction.id.data)
                values.add(opening.body.bytes)
            }
        guard opening.informationIsOneTime else { return }
        let end = min(max(now + Self.kept, transaction.codeExpiresAt ?? now), now + Self.keptMost)
        try open(Self.day(end), in: \.informationDays, database, "code_digest", "digest BLOB PRIMARY KEY NOT NULL")
        try database.cachedStatement(sql: "INSERT INTO code_digest_\(Self.day(end)) VALUES (?)")
            .run(database) { $0.add(transaction.digest.bytes) }
    }

    /// Lets the tables go whose day is over.
    private mutating func clean(_ now: Instant, _ database: Database) throws {
        let today = Self.day(now)
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

    private static func day(_ instant: Instant) -> Int64 { instant.milliseconds / 86_400_000 }
}

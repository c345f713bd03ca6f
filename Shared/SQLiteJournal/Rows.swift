import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayMessages

/// A row of `event`.
enum EventRow {
    static func insert(_ event: JournalEntry.Event, of id: TransactionID, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO event (seq, transaction_id, at, kind, body) VALUES (?, ?, ?, ?, ?)")
        try statement.execute(
            arguments: [Int64(event.sequence), id.data, event.at.milliseconds, event.kind.rawValue, event.detail])
    }
}

/// A row of `sealed_code`: there until the outcome, and the only place that holds sealed bytes.
enum SealedRow {
    static func insert(_ opening: JournalEntry.Opening, of id: TransactionID, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO sealed_code (transaction_id, sealed, body_digest) VALUES (?, ?, ?)")
        try statement.execute(arguments: [id.data, Data(opening.sealed.bytes), Data(opening.body.bytes)])
    }

    static func delete(of id: TransactionID, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM sealed_code WHERE transaction_id = ?")
            .execute(arguments: [id.data])
    }
}

/// A row of `transaction`.
enum TransactionRow {
    static func insert(_ transaction: Transaction, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: #"INSERT INTO "transaction" (id, state, outcome, version, body) VALUES (?, ?, ?, ?, ?)"#)
        try statement.execute(
            arguments: [
                transaction.id.data, transaction.passage.state.name.rawValue, transaction.outcome?.description,
                Int64(transaction.version), try transaction.stored(),
            ])
    }

    static func update(_ transaction: Transaction, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: #"UPDATE "transaction" SET state = ?, outcome = ?, version = ?, body = ? WHERE id = ?"#)
        try statement.execute(
            arguments: [
                transaction.passage.state.name.rawValue, transaction.outcome?.description, Int64(transaction.version),
                try transaction.stored(), transaction.id.data,
            ])
        precondition(database.changesCount == 1, "a transaction is inserted before it is updated")
    }

    static func fetch(_ id: TransactionID, _ database: Database, path: String) throws -> Transaction? {
        let statement = try database.cachedStatement(sql: #"SELECT body FROM "transaction" WHERE id = ?"#)
        guard let body = try Data.fetchOne(statement, arguments: [id.data]) else { return nil }
        return try read(id, body, path: path)
    }

    /// The transactions without outcome, oldest first.
    static func unfinished(_ database: Database, journal: UInt8, path: String) throws -> [Recovered.Unfinished] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT t.id, t.body, s.sealed, s.body_digest FROM "transaction" t
                LEFT JOIN sealed_code s ON s.transaction_id = t.id WHERE t.outcome IS NULL ORDER BY t.id
                """)
        var unfinished: [Recovered.Unfinished] = []
        while let row = try rows.next() {
            guard let id = TransactionID(data: row[0]),
                let sealed = (row[2] as Data?).flatMap({ SealedInformation(Array($0)) }),
                let digest = (row[3] as Data?).flatMap({ KeyedDigest(Array($0)) })
            else {
                throw JournalError.damaged(path: path, what: "a transaction without outcome has no sealed information")
            }
            unfinished.append(
                Recovered.Unfinished(
                    transaction: try read(id, row[1], path: path), sealed: sealed, body: digest))
        }
        return unfinished
    }

    private static func read(_ id: TransactionID, _ body: Data, path: String) throws -> Transaction {
        do {
            return try Transaction(id: id, stored: body)
        } catch {
            throw JournalError.damaged(path: path, what: "transaction \(id) cannot be read (\(error))")
        }
    }
}

extension TransactionID {
    /// 17 bytes, which sort as time does: the UUID and the journal's number.
    var data: Data {
        var bytes = Data(capacity: 17)
        for half in [high, low] { withUnsafeBytes(of: half.bigEndian) { bytes.append(contentsOf: $0) } }
        bytes.append(journal)
        return bytes
    }

    init?(data: Data) {
        guard data.count == 17 else { return nil }
        let halves = [data.prefix(8), data.dropFirst(8).prefix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self.init(high: halves[0], low: halves[1], journal: data[data.startIndex + 16])
    }
}

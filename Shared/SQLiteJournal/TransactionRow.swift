import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayMessages

/// A row of `transaction`.
struct TransactionRow {
    /// 17 bytes.
    let id: Data
    let state: String
    let outcome: String?
    let version: UInt64
    /// A `StoredTransaction` of `journal.proto`.
    let body: Data

    /// The state of a transaction that has its outcome and of which the destination is asked all the same.
    private static let reopenedState = "reopened"

    init(_ transaction: Transaction) throws {
        id = transaction.id.data
        state = transaction.passage.isReopened ? Self.reopenedState : transaction.passage.state.name.rawValue
        outcome = transaction.outcome?.description
        version = transaction.version
        body = try transaction.stored()
    }

    init(id: Data, state: String, outcome: String?, version: UInt64, body: Data) {
        self.id = id
        self.state = state
        self.outcome = outcome
        self.version = version
        self.body = body
    }

    /// SHA-256 over the columns but `id`: what the last event of a commit holds of the row. The amount and the outcome
    /// are as safe as the events are.
    var digest: Data {
        var bytes = ByteString()
        bytes.add(state)
        bytes.add(outcome)
        bytes.add(version)
        bytes.add(body)
        return bytes.hash
    }

    func insert(_ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: #"INSERT INTO "transaction" (id, state, outcome, version, body) VALUES (?, ?, ?, ?, ?)"#)
        try statement.run(database) { values in
            values.add(id)
            add(to: &values)
        }
    }

    /// - Throws: ``JournalError/damaged(path:what:)`` if the row that was inserted is gone.
    func update(_ database: Database, path: String) throws {
        let statement = try database.cachedStatement(
            sql: #"UPDATE "transaction" SET state = ?, outcome = ?, version = ?, body = ? WHERE id = ?"#)
        try statement.run(database) { values in
            add(to: &values)
            values.add(id)
        }
        guard database.changesCount == 1 else {
            let name = TransactionID(data: id).map { "transaction \($0)" } ?? "a transaction"
            throw JournalError.damaged(path: path, what: "the row of \(name) is missing")
        }
    }

    private func add(to values: inout Binding) {
        values.add(state)
        values.add(outcome)
        values.add(Int64(version))
        values.add(body)
    }

    static func fetch(_ id: TransactionID, _ database: Database, path: String) throws -> Transaction? {
        let statement = try database.cachedStatement(sql: #"SELECT body FROM "transaction" WHERE id = ?"#)
        return try statement.first(database) {
            $0.add(id.data)
        } read: {
            try read(id, $0.bytes(0), path: path)
        }
    }

    /// The transactions without outcome, oldest first.
    static func unfinished(_ database: Database, path: String) throws -> [Recovered.Unfinished] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT t.id, t.body, o.body_digest FROM "transaction" t
                LEFT JOIN opening o ON o.transaction_id = t.id WHERE t.outcome IS NULL ORDER BY t.id
                """)
        var unfinished: [Recovered.Unfinished] = []
        while let row = try rows.next() {
            guard let id = row.value(0, Data.self).flatMap({ TransactionID(data: $0) }),
                let body = row.value(1, Data.self)
            else {
                throw JournalError.damaged(path: path, what: "a transaction without outcome cannot be read")
            }
            guard let digest = row.value(2, Data.self).flatMap({ KeyedDigest(Array($0)) }) else {
                throw JournalError.damaged(path: path, what: "a transaction without outcome has no body digest")
            }
            unfinished.append(Recovered.Unfinished(transaction: try read(id, body, path: path), body: digest))
        }
        return unfinished
    }

    /// The transactions that are asked about although they have their outcome, oldest first.
    static func reopened(_ database: Database, path: String) throws -> [Transaction] {
        let rows = try Row.fetchAll(
            database, sql: #"SELECT id, body FROM "transaction" WHERE state = 'reopened' ORDER BY id"#)
        return try rows.map { row in
            guard let id = row.value(0, Data.self).flatMap({ TransactionID(data: $0) }),
                let body = row.value(1, Data.self)
            else { throw JournalError.damaged(path: path, what: "a reopened transaction cannot be read") }
            return try read(id, body, path: path)
        }
    }

    static func read(_ id: TransactionID, _ body: Data, path: String) throws -> Transaction {
        do {
            return try Transaction(id: id, stored: body)
        } catch {
            throw JournalError.damaged(path: path, what: "transaction \(id) cannot be read (\(error))")
        }
    }
}

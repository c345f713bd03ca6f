import Foundation
import GRDB
import RelayDomain
import RelayMessages
import ServiceRuntime

/// Reads the journals' files while routers write them.
struct JournalWitness: Sendable {
    /// How long a file may be unreadable: after a router has died, the next one repairs it.
    private static let patience = Duration.seconds(20)

    let home: Home

    /// Every transaction with its events, of all journals.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func rows() async throws -> [JournalRow] { try await read { try Self.rows($0) } }

    /// The transactions that have neither an outcome nor a mark.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func undecided() async throws -> [JournalRow] {
        try await read { database in
            try Row.fetchAll(database, sql: #"SELECT id, body FROM "transaction" WHERE outcome IS NULL"#)
                .map { try Self.row($0, events: []) }.filter(\.marks.isEmpty)
        }
    }

    /// The number of the last event, of all journals together.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func lastSequence() async throws -> Int64 {
        try await read { [try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") ?? 0] }.reduce(0, +)
    }

    private func read<Value: Sendable>(_ work: @Sendable (Database) throws -> [Value]) async throws -> [Value] {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do {
                var configuration = Configuration()
                configuration.readonly = true
                configuration.busyMode = .timeout(5)
                return try files.flatMap { try DatabaseQueue(path: $0, configuration: configuration).read(work) }
            } catch {
                guard ContinuousClock.now < deadline else { throw ChaosError.journal(reason: "\(error)") }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home.journals)) ?? []
        return names.filter { $0.hasSuffix(".db") }.sorted().map { "\(home.journals)/\($0)" }
    }

    private static func rows(_ database: Database) throws -> [JournalRow] {
        var events: [Data: [JournalRow.Event]] = [:]
        let found = try Row.fetchCursor(
            database,
            sql: "SELECT transaction_id, at, kind, body FROM event WHERE transaction_id IS NOT NULL ORDER BY seq")
        while let event = try found.next() {
            events[event[0], default: []].append(JournalRow.Event(at: event[1], kind: event[2], detail: event[3]))
        }
        return try Row.fetchAll(database, sql: #"SELECT id, body FROM "transaction" ORDER BY id"#)
            .map { try row($0, events: events[$0[0]] ?? []) }
    }

    private static func row(_ row: Row, events: [JournalRow.Event]) throws -> JournalRow {
        guard let id = id(row[0]) else { throw ChaosError.journal(reason: "an ID of another length") }
        let transaction = try Transaction(id: id, stored: row[1])
        return JournalRow(
            id: id.text, key: transaction.key.text.text, isScan: transaction.key.origin == .scan,
            isPaired: transaction.pos != nil, state: transaction.passage.state.name.rawValue,
            outcome: transaction.outcome?.told, minorUnits: transaction.amount?.minorUnits,
            marks: transaction.reconciliation.map(\.rawValue).sorted(), events: events)
    }

    /// 17 bytes: the UUID, and the journal's number.
    private static func id(_ data: Data) -> TransactionID? {
        let bytes = Array(data)
        guard bytes.count == 17 else { return nil }
        let halves = [bytes[0..<8], bytes[8..<16]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return TransactionID(high: halves[0], low: halves[1], journal: bytes[16])
    }
}

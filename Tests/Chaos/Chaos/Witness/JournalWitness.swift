import Foundation
import RelayDomain
import SQLiteLog
import ServiceRuntime

/// Reads the journals' files while routers write them.
struct JournalWitness: Sendable {
    /// How long a file may be unreadable: after a router has died, the next one repairs it.
    private static let patience = Duration.seconds(20)

    let home: Home

    /// Every transaction with its events, of all journals.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func rows() async throws -> [JournalRow] {
        try await read { files, number in try Self.rows(files, number) { _ in true } }
    }

    /// The transactions that have neither an outcome nor a mark.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func undecided() async throws -> [JournalRow] {
        try await read { files, number in
            try Self.rows(files, number) { $0.outcome == nil && $0.reconciliation.isEmpty }
        }
    }

    /// The number of the last event, of all journals together.
    /// - Throws: ``ChaosError/journal(reason:)``.
    func lastSequence() async throws -> UInt64 {
        try await read { files, number in [try files.lastSequence(of: number)] }.reduce(0, +)
    }

    /// The files of the journals' indexes.
    /// - Throws: `JournalError`.
    func indexes() throws -> [String] {
        try RelayFiles(journals: home.journals, registry: home.registry).numbers.flatMap { number in
            ["", "-wal", "-shm"].map { "\(home.journals)/\(number)/index.db\($0)" }
        }
    }

    private func read<Value: Sendable>(_ work: @Sendable (RelayFiles, UInt8) throws -> [Value]) async throws -> [Value]
    {
        let deadline = ContinuousClock.now + Self.patience
        let files = RelayFiles(journals: home.journals, registry: home.registry)
        while true {
            do {
                return try files.numbers.flatMap { try work(files, $0) }
            } catch {
                guard ContinuousClock.now < deadline else { throw ChaosError.journal(reason: "\(error)") }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private static func rows(
        _ files: RelayFiles, _ number: UInt8, where isWanted: (Transaction) -> Bool
    ) throws -> [JournalRow] {
        let reader = try JournalReader(files, journal: number)
        var rows: [JournalRow] = []
        try reader.transactions { transactions, unreadable in
            if let error = unreadable.first { throw error }
            for transaction in transactions where isWanted(transaction) {
                rows.append(row(transaction, try reader.events(of: transaction.id)))
            }
        }
        return rows
    }

    private static func row(_ transaction: Transaction, _ events: [JournalEntry.Event]) -> JournalRow {
        JournalRow(
            id: transaction.id.text, key: transaction.key.text.text, isScan: transaction.key.origin == .scan,
            isPaired: transaction.pos != nil, state: transaction.passage.state.name.rawValue,
            outcome: transaction.outcome?.told, minorUnits: transaction.amount?.minorUnits,
            marks: transaction.reconciliation.map(\.rawValue).sorted(),
            events: events.map { .init(at: $0.at.milliseconds, kind: $0.kind.rawValue, detail: $0.detail) })
    }
}

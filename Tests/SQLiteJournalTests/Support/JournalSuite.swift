import Foundation
import GRDB
import RelayDomain
import RelayTesting

@testable import SQLiteJournal

/// A folder of its own for each test.
final class Folder {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What tests of a journal in a folder of its own share.
protocol JournalSuite {
    var folder: Folder { get }
    var random: SeededGenerator { get set }
}

extension JournalSuite {
    var now: Instant { Instant(milliseconds: 1_800_000_000_000) }
    var file: String { folder.path + "/0.db" }

    func claim(journals: Int = 1) throws -> SQLiteJournal? {
        try SQLiteJournal.claim(in: folder.path, journals: journals)
    }

    mutating func transaction(
        _ key: String = "key-1", at: Instant? = nil, codeExpiresAt: Instant? = nil, oneTime: Bool = true
    ) -> Transaction {
        var transaction = Transaction(
            id: TransactionID(journal: 0, now: at ?? now, random: &random), acceptedAt: at ?? now,
            acceptedOn: at ?? now,
            key: SubmissionKey(
                origin: .phone(application: ApplicationID("app")!, customer: ""), terminal: TerminalID("t-1")!,
                text: SubmissionKeyText(key)!),
            pos: POSID("till"), application: ApplicationID("app")!, destination: DestinationID("bank")!,
            operation: .payment,
            digest: KeyedDigest(Array(key.utf8) + Array(repeating: 0, count: 32 - key.utf8.count))!,
            informationIsOneTime: oneTime, codeExpiresAt: codeExpiresAt, codeExpiryNamed: codeExpiresAt,
            phoneAmount: Amount(minorUnits: 5, unit: .currency(CurrencyCode("EUR")!)),
            merchantAmount: Amount(minorUnits: 6, unit: .currency(CurrencyCode("EUR")!)),
            amountRequired: true)
        transaction.command = CommandStateMachine(carrier: .posAgent, issuedAt: at ?? now, codeExpiresAt: codeExpiresAt)
        _ = transaction.passage.apply(.commanded, at: at ?? now)
        transaction.stamp(.accepted, at: at ?? now)
        transaction.version = 1
        return transaction
    }

    func opening(_ transaction: Transaction, sequence: UInt64) -> JournalEntry {
        JournalEntry(
            transaction: transaction,
            events: [
                .init(
                    sequence: sequence, at: transaction.acceptedAt, wall: transaction.acceptedOn, kind: .accepted)
            ],
            opening: .init(
                body: KeyedDigest(Array(repeating: 3, count: 32))!, sealed: SealedInformation([1, 2, 3])!))
    }

    func concluded(
        _ transaction: Transaction, sequence: UInt64, approved: Bool = true, at: Instant? = nil
    ) -> JournalEntry {
        let now = at ?? transaction.acceptedAt
        var transaction = transaction
        transaction.version += 1
        _ = transaction.command?.apply(.deviceReceived, at: now)
        for case .end(let end) in transaction.command?.apply(
            .deviceEntered(approved ? .approved : .declined(ReasonCode("no")!)), at: now) ?? []
        {
            _ = transaction.passage.apply(.commandEnded(end), at: now)
        }
        return JournalEntry(
            transaction: transaction,
            events: [.init(sequence: sequence, at: now, wall: now, kind: .concluded, detail: "approved")]
        )
    }

    /// Changes the file behind the relay's back, whatever its triggers say.
    func tamper(_ sql: String) throws {
        let raw = try DatabaseQueue(path: file)
        try raw.write { database in
            for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
            try database.execute(sql: sql)
        }
        try raw.close()
    }
}

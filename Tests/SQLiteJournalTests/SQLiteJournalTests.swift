import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

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

@Suite struct SQLiteJournalTests {
    let folder: Folder
    var random = SeededGenerator(seed: 1)
    let now = Instant(milliseconds: 1_800_000_000_000)

    init() throws { folder = try Folder() }

    func claim(journals: Int = 1) throws -> SQLiteJournal? {
        try SQLiteJournal.claim(in: folder.path, journals: journals)
    }

    mutating func transaction(_ key: String = "key-1", at: Instant? = nil, codeExpiresAt: Instant? = nil) -> Transaction
    {
        var transaction = Transaction(
            id: TransactionID(journal: 0, now: at ?? now, random: &random), acceptedAt: at ?? now,
            key: SubmissionKey(
                origin: .phone(application: ApplicationID("app")!, customer: ""), terminal: TerminalID("t-1")!,
                text: SubmissionKeyText(key)!),
            pos: POSID("till"), application: ApplicationID("app")!, destination: DestinationID("bank")!,
            operation: .payment,
            digest: KeyedDigest(Array(key.utf8) + Array(repeating: 0, count: 32 - key.utf8.count))!,
            codeExpiresAt: codeExpiresAt, phoneAmount: Amount(minorUnits: 5, unit: .currency(CurrencyCode("EUR")!)),
            amountRequired: true)
        transaction.command = CommandStateMachine(carrier: .posAgent, issuedAt: now, codeExpiresAt: codeExpiresAt)
        _ = transaction.passage.apply(.commanded, at: now)
        transaction.stamp(Receipt(.router, .accepted, at: now))
        return transaction
    }

    func opening(_ transaction: Transaction, sequence: UInt64, oneTime: Bool = true) -> JournalEntry {
        JournalEntry(
            transaction: transaction, events: [.init(sequence: sequence, at: transaction.acceptedAt, kind: .accepted)],
            opening: .init(
                body: KeyedDigest(Array(repeating: 3, count: 32))!, sealed: SealedInformation([1, 2, 3])!,
                informationIsOneTime: oneTime))
    }

    func concluded(_ transaction: Transaction, sequence: UInt64, approved: Bool = true) -> JournalEntry {
        var transaction = transaction
        _ = transaction.command?.apply(.deviceReceived, at: now)
        for case .end(let end) in transaction.command?.apply(
            .deviceEntered(approved ? .approved : .declined(ReasonCode("no")!)), at: now) ?? []
        {
            _ = transaction.passage.apply(.commandEnded(end), at: now)
        }
        return JournalEntry(
            transaction: transaction, events: [.init(sequence: sequence, at: now, kind: .concluded, detail: "approved")]
        )
    }

    @Test mutating func whatWasCommittedIsRecalledAsItWas() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        let recall = try await journal.recall([
            .key(transaction.key), .information(transaction.digest), .transaction(transaction.id),
        ])
        var stored = transaction
        stored.command = CommandStateMachine(
            carrier: .posAgent, issuedAt: now, expiresAt: now + .seconds(30), codeExpiresAt: nil,
            state: .issued(attempts: 0))
        #expect(recall.keys[transaction.key]?.transaction == stored)
        #expect(recall.information == [transaction.digest])
        #expect(recall.transactions[transaction.id] == stored)
    }

    @Test mutating func aJournalThatIsTakenOverTellsWhatIsUnfinished() async throws {
        let (first, second) = (transaction("key-1"), transaction("key-2"))
        do {
            let journal = try #require(try claim())
            #expect(journal.recovered.term == 1)
            try await journal.commit([opening(first, sequence: 1), opening(second, sequence: 2)])
            try await journal.commit([concluded(first, sequence: 3)])
        }
        let journal = try #require(try claim())
        #expect(journal.recovered.term == 2)
        #expect(journal.recovered.sequence == 3)
        #expect(journal.recovered.unfinished.map(\.transaction.id) == [second.id])
        #expect(journal.recovered.unfinished.first?.sealed == SealedInformation([1, 2, 3]))
    }

    @Test func aJournalHasOneWriter() throws {
        let first = try #require(try claim(journals: 2))
        let second = try #require(try claim(journals: 2))
        #expect([first, second].map(\.recovered.journal) == [0, 1])
        #expect(try claim(journals: 2) == nil, "a third is a standby")
    }

    @Test func theNumberOfJournalsIsFixed() throws {
        do { _ = try #require(try claim(journals: 2)) }
        #expect(throws: JournalError.otherNumber(path: folder.path + "/0.db", found: 2, wanted: 3)) {
            try claim(journals: 3)
        }
    }

    @Test func aNewerJournalIsNotTouched() throws {
        do { _ = try #require(try claim()) }
        try DatabaseQueue(path: folder.path + "/0.db").write {
            try $0.execute(sql: "UPDATE schema_version SET version = 99")
        }
        #expect(throws: JournalError.newerVersion(path: folder.path + "/0.db", found: 99, known: 1)) { try claim() }
    }

    @Test mutating func anOutcomeCannotBeChanged() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        try await journal.commit([concluded(transaction, sequence: 2)])
        await #expect(throws: JournalError.self) {
            try await journal.commit([concluded(transaction, sequence: 3, approved: false)])
        }
        let recall = try await journal.recall([.transaction(transaction.id)])
        #expect(recall.transactions[transaction.id]?.outcome == .approved, "the whole commit was taken back")
    }

    @Test mutating func eventsAreAppendOnly() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction(), sequence: 1)])
        let raw = try DatabaseQueue(path: folder.path + "/0.db")
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM event") } }
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE event SET body = 'x'") } }
    }

    @Test mutating func sealedBytesGoWithTheOutcome() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        try await journal.commit([concluded(transaction, sequence: 2)])
        let raw = try DatabaseQueue(path: folder.path + "/0.db")
        #expect(try await raw.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sealed_code") } == 0)
    }

    @Test mutating func aCommitIsAllOrNothing() async throws {
        let journal = try #require(try claim())
        let (first, second) = (transaction("key-1"), transaction("key-2"))
        await #expect(throws: JournalError.self) {
            try await journal.commit([opening(first, sequence: 1), opening(second, sequence: 1)])
        }
        #expect(try await journal.recall([.transaction(first.id)]) == Recall())
    }

    @Test mutating func keysAreForgottenByTheDayAndLivingCodesAreNot() async throws {
        let journal = try #require(try claim())
        let day = Duration.seconds(86_400)
        let short = transaction("short")
        let long = transaction("long", codeExpiresAt: now + day * 5)
        try await journal.commit([opening(short, sequence: 1), opening(long, sequence: 2)])
        try await journal.commit([opening(transaction("later", at: now + day * 3), sequence: 3)])
        let recall = try await journal.recall([
            .key(short.key), .key(long.key), .information(short.digest), .information(long.digest),
        ])
        #expect(recall.keys.isEmpty)
        #expect(recall.information == [long.digest])
    }

    @Test func theRegistryIsReadByVersion() async throws {
        let store = try SQLiteRegistry(at: folder.path + "/registry.db")
        #expect(try await store.load(unless: 0) == nil)
        let shop = Shop(terminals: [.init(id: TerminalID("t-1")!)])
        try await store.write(try Registry(shop, version: 1))
        #expect(try await store.load(unless: 0)?.shop == shop)
        #expect(try await store.load(unless: 1) == nil)
        await #expect(throws: JournalError.self, "a version is written once") {
            try await store.write(try Registry(Shop(), version: 1))
        }
    }
}

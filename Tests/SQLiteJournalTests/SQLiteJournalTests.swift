import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteJournal

@Suite(.timeLimit(.minutes(2))) struct SQLiteJournalTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

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
        #expect(recall.information.isEmpty, "it is in use, and not used")
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
        #expect(journal.recovered.unfinished.map(\.body) == [samples.body])
    }

    @Test func aJournalHasOneWriter() throws {
        let first = try #require(try claim(journals: 2))
        let second = try #require(try claim(journals: 2))
        #expect([first, second].map(\.recovered.journal) == [0, 1])
        #expect(try claim(journals: 2) == nil, "a third is a standby")
    }

    /// The net beside the lock: somebody removed the lock file, so that the system lets a second router in.
    @Test mutating func aWriterWhoseClaimWasTakenWritesNothingMore() async throws {
        let first = try #require(try claim())
        let transaction = transaction()
        try await first.commit([opening(transaction, sequence: 1)])
        try FileManager.default.removeItem(atPath: folder.path + "/0.lock")
        let second = try #require(try claim())
        #expect(second.recovered.unfinished.map(\.transaction.id) == [transaction.id])
        await #expect(throws: JournalError.claimLost(path: file, term: 1, found: 2)) {
            try await first.commit([concluded(transaction, sequence: 2)])
        }
        try await second.commit([concluded(transaction, sequence: 2, approved: false)])
        let recall = try await second.recall([.transaction(transaction.id)])
        #expect(recall.transactions[transaction.id]?.outcome == .declined(ReasonCode("no")!))
        var audit = try JournalAudit(at: file)
        #expect(try audit.run().fault == nil)
    }

    @Test func theNumberOfJournalsIsFixed() throws {
        do { _ = try #require(try claim(journals: 2)) }
        #expect(throws: JournalError.otherNumber(path: folder.path + "/0.db", found: 2, wanted: 3)) {
            try claim(journals: 3)
        }
    }

    /// Journal 0 has its writer: what it says of the number is looked up before another one is made beside it.
    @Test func aJournalIsNotMadeBesideThoseOfAnotherNumber() throws {
        let first = try #require(try claim(journals: 2))
        #expect(throws: JournalError.otherNumber(path: file, found: 2, wanted: 3)) { try claim(journals: 3) }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/1.db"))
        #expect(try claim(journals: 2)?.recovered.journal == 1)
        withExtendedLifetime(first) {}
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
        #expect(recall.transactions[transaction.id]?.outcome == .approved(), "the whole commit was taken back")
    }

    @Test mutating func eventsAreAppendOnly() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction(), sequence: 1)])
        let raw = try DatabaseQueue(path: folder.path + "/0.db")
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM event") } }
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE event SET body = 'x'") } }
    }

    @Test mutating func aCommitIsAllOrNothing() async throws {
        let journal = try #require(try claim())
        let (first, second) = (transaction("key-1"), transaction("key-2"))
        await #expect(throws: JournalError.self) {
            try await journal.commit([opening(first, sequence: 1), opening(second, sequence: 1)])
        }
        #expect(try await journal.recall([.transaction(first.id)]) == Recall())
    }

    @Test func theLastBackupIsNoted() throws {
        let files = RelayFiles(journals: folder.path + "/journals", registry: folder.path + "/registry.db")
        #expect(files.lastBackupAt == nil)
        try files.noteBackup(at: now)
        #expect(files.lastBackupAt == now)
        try Data("soon".utf8).write(to: URL(filePath: folder.path + "/last-backup"))
        #expect(files.lastBackupAt == nil)
    }

    @Test mutating func theSizesOfAJournalAreSeen() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction("key-1"), sequence: 1)])
        let footprint = await journal.footprint()
        #expect(footprint.bytes["journal", default: 0] > 0 && footprint.bytes["wal", default: 0] > 0)
    }

    @Test mutating func theHistoryOfATransactionIsItsEventsAlone() async throws {
        let journal = try #require(try claim())
        let (one, other) = (transaction("key-1"), transaction("key-2"))
        try await journal.commit([opening(one, sequence: 1), opening(other, sequence: 2)])
        try await journal.commit([concluded(other, sequence: 3), concluded(one, sequence: 4, approved: false)])
        let reader = try JournalReader(at: file)
        var told: [Int64] = []
        let events = try reader.events(of: one.id) { done, all in told += [done, all] }
        #expect(events.map(\.sequence) == [1, 4])
        #expect(events.map(\.kind) == [.accepted, .concluded])
        #expect(events.first?.at == one.acceptedAt)
        #expect(told == [4, 4])
        #expect(try reader.events(of: transaction("key-3").id).isEmpty)
    }
}

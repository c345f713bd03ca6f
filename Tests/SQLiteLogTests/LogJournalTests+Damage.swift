import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

// What is damaged, foreign or newer is an error that says so, and never a crash.
extension LogJournalTests {
    @Test mutating func anEntryThatCannotBeReadIsNeitherThereNorAbsent() async throws {
        let (good, bad) = (transaction("key-1"), transaction("key-2"))
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(good, sequence: 1)])
            try await journal.commit([opening(bad, sequence: 2)])
            try await journal.commit([concluded(good, sequence: 3), concluded(bad, sequence: 4)])
        }
        let journal = try #require(try claim())
        try tamper("UPDATE batch SET body = x'01' WHERE number = 4")
        let recall = try await journal.recall([.key(good.key), .transaction(good.id), .key(bad.key)])
        #expect(recall.keys[good.key]?.transaction.outcome != nil && recall.transactions.count == 1)
        #expect(Set(recall.unreadable.keys) == [.key(bad.key)])
        try tamper("DELETE FROM batch WHERE number = 4")
        #expect(try await journal.recall([.key(bad.key)]).unreadable.count == 1, "the key is still known")
    }

    @Test func aDamagedJournalDoesNotKeepTheOthersFromTheirWriters() throws {
        do {
            let (first, second) = (try #require(try claim(journals: 2)), try #require(try claim(journals: 2)))
            #expect([first, second].map(\.recovered.journal) == [0, 1])
        }
        try Data("no database".utf8).write(to: URL(filePath: file))
        let second = try #require(try claim(journals: 2))
        #expect(second.recovered.journal == 1)
        #expect(throws: JournalError.self, "not a standby, as if all was well") { try claim(journals: 2) }
        #expect(try FileClaim(folder.path + "/0.lock") != nil, "who cannot open it lets go of it")
    }

    /// A value of another type, or none that a router could have written, in any place that a start reads.
    @Test(arguments: [
        "UPDATE batch SET body = x'01' WHERE number = 3", "UPDATE batch SET body = 'x' WHERE number = 3",
        "UPDATE batch SET hash = 5 WHERE number = 3", "UPDATE batch SET hash = zeroblob(32) WHERE number = 3",
        "UPDATE batch SET hash = zeroblob(32) WHERE number = 2", "DELETE FROM batch",
        "UPDATE batch SET number = -number", "DELETE FROM batch WHERE number > 1; UPDATE batch SET number = 0",
        "UPDATE batch SET number = 9223372036854775807 WHERE number = 3", "UPDATE segment SET follows = 5",
        "UPDATE segment SET first = 7", "UPDATE segment SET journal = 7", "DELETE FROM segment", "DROP TABLE batch",
    ])
    mutating func aDamagedFileIsAnErrorAndNoCrash(sql: String) async throws {
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction(), sequence: 1)])
        }
        try tamper(sql)
        do {
            _ = try claim()
            Issue.record("it was claimed")
        } catch {
            #expect("\(error)".hasPrefix(files.folder), "\(error)")
        }
    }

    /// What it would have written is no part of the chain, and nothing is written behind it.
    @Test mutating func aCommitThatFailedLeavesNoTrace() async throws {
        let transaction = transaction()
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction, sequence: 1)])
            try tamper("CREATE TRIGGER no BEFORE INSERT ON batch BEGIN SELECT RAISE(ABORT, 'no'); END")
            await #expect(throws: JournalError.self) { try await journal.commit([concluded(transaction, sequence: 2)]) }
            try tamper("SELECT 1")  // It takes all triggers away first.
            await #expect(throws: JournalError.self) { try await journal.commit([concluded(transaction, sequence: 2)]) }
        }
        let journal = try #require(try claim())
        try await journal.commit([concluded(transaction, sequence: 2)])
        let report = try audit()
        #expect(report.fault == nil && report.events == 2)
    }

    @Test func aNewerJournalIsNotTouched() throws {
        do { _ = try #require(try claim()) }
        try tamper("UPDATE segment SET version = 99")
        #expect(throws: JournalError.newerVersion(path: file, found: 99, known: Segment.version)) { try claim() }
    }

    @Test func filesThatOthersCouldReadAreClosed() async throws {
        do { _ = try #require(try claim()) }
        for name in [file, files.index] { chmod(name, 0o644) }
        let journal = try #require(try claim())
        for name in try FileManager.default.contentsOfDirectory(atPath: files.folder) {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(files.folder)/\(name)")[.posixPermissions]
            #expect(mode as? Int == 0o600, "\(name)")
        }
        withExtendedLifetime(journal) {}
    }
}

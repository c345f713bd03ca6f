import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteJournal

// What is damaged, foreign or newer is an error that says so, and never a crash.
extension SQLiteJournalTests {
    @Test mutating func aRowThatCannotBeReadIsNeitherThereNorAbsent() async throws {
        let journal = try #require(try claim())
        let (good, bad) = (transaction("key-1"), transaction("key-2"))
        try await journal.commit([opening(good, sequence: 1), opening(bad, sequence: 2)])
        try await DatabaseQueue(path: file).write {
            try $0.execute(sql: #"UPDATE "transaction" SET body = x'ff' WHERE id = ?"#, arguments: [bad.id.data])
        }
        let recall = try await journal.recall([
            .key(good.key), .transaction(good.id), .key(bad.key), .transaction(bad.id),
        ])
        #expect(recall.keys.keys.first == good.key && recall.transactions.keys.first == good.id)
        #expect(recall.keys.count == 1 && recall.transactions.count == 1)
        #expect(Set(recall.unreadable.keys) == [.key(bad.key), .transaction(bad.id)])
        try await DatabaseQueue(path: file).write {
            try $0.execute(sql: #"DELETE FROM "transaction" WHERE id = ?"#, arguments: [bad.id.data])
        }
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
        "UPDATE head SET seq = -1", "UPDATE head SET seq = 'x'", "UPDATE head SET hash = 5",
        "UPDATE claim SET term = -1", "UPDATE claim SET term = 'x'", "UPDATE claim SET term = 9223372036854775807",
        "UPDATE claim SET journals = 'x'", "DELETE FROM claim", "UPDATE schema_version SET version = -1",
        #"UPDATE "transaction" SET id = 5"#, #"UPDATE "transaction" SET body = 5"#,
        "UPDATE opening SET body_digest = 'x'", "DELETE FROM opening",
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
            #expect("\(error)".hasPrefix("\(file) is damaged"), "\(error)")
        }
    }

    @Test mutating func damagedRowsAreAnErrorToWhoReadsThem() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        try tamper("UPDATE event SET at = 'x'")
        let reader = try JournalReader(at: file)
        #expect(throws: JournalError.self) { try reader.events(of: transaction.id) }
        try tamper(#"UPDATE "transaction" SET body = 5"#)
        try reader.transactions { #expect($0.isEmpty && $1.count == 1) }
        try tamper("UPDATE schema_version SET version = -1")
        #expect(throws: JournalError.damaged(path: file, what: "its schema has the version -1")) {
            try JournalReader(at: file)
        }
        try tamper("UPDATE claim SET term = -1")
        await #expect(throws: JournalError.damaged(path: file, what: "its term is -1")) {
            try await journal.checkClaim()
        }
    }

    /// Somebody deleted it under a living router.
    @Test mutating func aTransactionWhoseRowIsGoneIsAnErrorAndNoCrash() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        try tamper(#"DELETE FROM "transaction""#)
        let error = JournalError.damaged(path: file, what: "the row of transaction \(transaction.id) is missing")
        await #expect(throws: error) { try await journal.commit([concluded(transaction, sequence: 2)]) }
    }

    /// What it would have written is no part of the chain.
    @Test mutating func aCommitThatFailedLeavesNoTrace() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        try tamper(#"CREATE TRIGGER no BEFORE UPDATE ON "transaction" BEGIN SELECT RAISE(ABORT, 'no'); END"#)
        await #expect(throws: JournalError.self) { try await journal.commit([concluded(transaction, sequence: 2)]) }
        try tamper("SELECT 1")  // It takes all triggers away first.
        try await journal.commit([concluded(transaction, sequence: 2)])
        let engine = SQLiteEngine(journals: folder.path, registry: folder.path + "/registry.db")
        let report = try engine.audit(0, holding: nil) { _, _ in }
        #expect(report.fault == nil && report.events == 2)
    }

    @Test func aNewerJournalIsNotTouched() throws {
        do { _ = try #require(try claim()) }
        try DatabaseQueue(path: folder.path + "/0.db").write {
            try $0.execute(sql: "UPDATE schema_version SET version = 99")
        }
        #expect(
            throws: JournalError.newerVersion(path: folder.path + "/0.db", found: 99, known: JournalSchema.steps.count)
        ) { try claim() }
    }

    /// Its events have one time, not two.
    @Test func aTrialVersionsJournalIsRefusedAndNotTouched() throws {
        try DatabaseQueue(path: file).write { database in
            try database.execute(sql: "CREATE TABLE event (seq INTEGER PRIMARY KEY)")
            try database.execute(sql: "CREATE TABLE schema_version (version INTEGER NOT NULL)")
            try database.execute(sql: "INSERT INTO schema_version VALUES (1)")
        }
        #expect { _ = try claim() } throws: { "\($0)".contains("start with an empty BATON_HOME") }
    }

    /// Its rows read otherwise now.
    /// 2: before approvals had words; 3: sealed bytes are in it.
    @Test(arguments: [2, 3]) mutating func aJournalOfATrialVersionIsRefused(version: Int) async throws {
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction(), sequence: 1)])
        }
        try await DatabaseQueue(path: file).write { database in
            try database.execute(sql: "UPDATE schema_version SET version = ?", arguments: [version])
        }
        #expect { _ = try claim() } throws: { "\($0)".contains("start with an empty BATON_HOME") }
    }

    @Test func filesThatOthersCouldReadAreClosed() async throws {
        let path = folder.path + "/registry.db"
        do { _ = try SQLiteRegistry(at: path) }
        for name in [path, path + "-wal", path + "-shm"] { chmod(name, 0o644) }
        let store = try SQLiteRegistry(at: path)
        try await store.write(try Registry(Shop(), version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika")))
        for name in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: name) {
            let mode = try FileManager.default.attributesOfItem(atPath: name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func whatIsNoDatabaseIsDamagedAndWhatIsMissingIsNot() throws {
        try Data(repeating: 7, count: 8_192).write(to: URL(filePath: file))
        let damaged = #expect(throws: JournalError.self) { try JournalReader(at: file) }
        #expect(damaged?.isDamage == true, "\(String(describing: damaged))")
        let missing = #expect(throws: JournalError.self) { try JournalReader(at: folder.path + "/9.db") }
        #expect(missing?.isDamage == false)
    }

    @Test func aDamagedRegistryIsAnErrorAndNoCrash() async throws {
        let path = folder.path + "/registry.db"
        let store = try SQLiteRegistry(at: path)
        try await store.write(try Registry(Shop(), version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika")))
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE shop SET body = 5") }
        await #expect(throws: JournalError.damaged(path: path, what: "the shop cannot be read")) {
            try await store.load(unless: 0)
        }
    }
}

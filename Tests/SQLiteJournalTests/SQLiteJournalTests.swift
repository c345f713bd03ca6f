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
        #expect(journal.recovered.unfinished.first?.sealed == SealedInformation([1, 2, 3]))
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
        "UPDATE sealed_code SET sealed = 5", "UPDATE sealed_code SET body_digest = 'x'",
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

    @Test func aNewerJournalIsNotTouched() throws {
        do { _ = try #require(try claim()) }
        try DatabaseQueue(path: folder.path + "/0.db").write {
            try $0.execute(sql: "UPDATE schema_version SET version = 99")
        }
        #expect(throws: JournalError.newerVersion(path: folder.path + "/0.db", found: 99, known: 2)) { try claim() }
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

    @Test mutating func aCodeIsUsedWithTheOutcomeAndNotBefore() async throws {
        let journal = try #require(try claim())
        let (approved, failed) = (transaction("approved"), transaction("failed"))
        try await journal.commit([opening(approved, sequence: 1), opening(failed, sequence: 2)])
        let questions: [JournalLookup] = [.information(approved.digest), .information(failed.digest)]
        #expect(try await journal.recall(questions).information.isEmpty)
        var expired = failed
        for case .end(let end) in expired.command?.apply(.timePassed, at: now + .seconds(60)) ?? [] {
            _ = expired.passage.apply(.commandEnded(end), at: now)
        }
        expired.version += 1
        let entry = JournalEntry(
            transaction: expired, events: [.init(sequence: 4, at: now, wall: now, kind: .concluded)])
        try await journal.commit([concluded(approved, sequence: 3), entry])
        #expect(expired.outcome == .failed(.noAcknowledgement))
        #expect(try await journal.recall(questions).information == [approved.digest])
        // A contradicting word comes later: the code may have been booked after all.
        expired.reconciliation = [.contradictingAnswer]
        expired.version += 1
        try await journal.commit([
            JournalEntry(transaction: expired, events: [.init(sequence: 5, at: now, wall: now, kind: .marked)])
        ])
        #expect(try await journal.recall(questions).information == [approved.digest, failed.digest])
    }

    @Test mutating func keysAndCodesAreRememberedForADayAndLivingCodesLonger() async throws {
        let journal = try #require(try claim())
        let day = Duration.seconds(86_400)
        let short = transaction("short")
        let long = transaction("long", codeExpiresAt: now + day * 5)
        let questions: [JournalLookup] = [
            .key(short.key), .key(long.key), .information(short.digest), .information(long.digest),
        ]
        try await journal.commit([opening(short, sequence: 1), opening(long, sequence: 2)])
        try await journal.commit([concluded(short, sequence: 3), concluded(long, sequence: 4)])
        try await journal.commit([opening(transaction("soon", at: now + day), sequence: 5)])
        var recall = try await journal.recall(questions)
        #expect(Set(recall.keys.keys) == [short.key, long.key])
        #expect(recall.information == [short.digest, long.digest])
        try await journal.commit([opening(transaction("later", at: now + day * 3), sequence: 6)])
        recall = try await journal.recall(questions)
        #expect(recall.keys.isEmpty)
        #expect(recall.information == [long.digest])
    }

    /// Wherever in a day a transaction comes, its key and its code are known for 24 hours: also what comes at 23:59.
    @Test(arguments: [0, 1, 43_200, 86_340, 86_399, 86_400] as [Int64])
    mutating func aDayIsADayWheneverItBegins(second: Int64) async throws {
        let journal = try #require(try claim())
        var memory = MemoryLog()
        var sequence: UInt64 = 0
        func commit(_ entry: JournalEntry) async throws {
            try await journal.commit([entry])
            memory.commit([entry])
        }
        func remembered(_ transaction: Transaction) async throws -> Bool {
            let questions: [JournalLookup] = [.key(transaction.key), .information(transaction.digest)]
            let recall = try await journal.recall(questions)
            #expect(memory.recall(questions).keys.count == recall.keys.count)
            #expect(memory.recall(questions).information == recall.information)
            #expect(recall.keys.isEmpty == recall.information.isEmpty)
            return !recall.keys.isEmpty
        }
        func pass(_ at: Instant, _ name: String) async throws -> Transaction {
            let transaction = transaction(name, at: at)
            sequence += 1
            try await commit(opening(transaction, sequence: sequence))
            sequence += 1
            try await commit(concluded(transaction, sequence: sequence))
            return transaction
        }
        _ = try await pass(now, "first")
        let start = now + .seconds(second)
        let used = try await pass(start, "used")
        for step in [.seconds(60), .seconds(43_200), .seconds(86_340), .seconds(86_400) - .milliseconds(1)]
            as [Duration]
        {
            _ = try await pass(start + step, "at-\(step.milliseconds)")
            #expect(try await remembered(used), "\(step) later")
        }
        _ = try await pass(start + .seconds(2 * 86_400), "two-days-later")
        #expect(try await !remembered(used), "a table goes as a whole, a day later at most")
    }

    /// Who starts under a wall clock that is years ahead is no witness of time that passed.
    @Test(arguments: [3, 3_650, -3, -3_650] as [Int64])
    mutating func aStepOfTheClockBetweenTwoWritersForgetsNothing(days: Int64) async throws {
        let step = Duration.seconds(days * 86_400)
        let used = transaction("used")
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(used, sequence: 1)])
            try await journal.commit([concluded(used, sequence: 2)])
        }
        for start in [now + step, now + step + .seconds(60)] {
            let journal = try #require(try claim())
            let sequence = journal.recovered.sequence
            let last = try #require(journal.recovered.lastEventAt)
            let at = last.relayTime(atWall: start)
            #expect(at >= last.relay)
            try await journal.commit([opening(transaction("key-\(sequence)", at: at), sequence: sequence + 1)])
            let recall = try await journal.recall([.key(used.key), .information(used.digest)])
            #expect(recall.keys[used.key]?.transaction.id == used.id)
            #expect(recall.information == [used.digest])
        }
    }

    @Test mutating func aReopenedTransactionIsFoundAgain() async throws {
        var reversed = transaction()
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(reversed, sequence: 1)])
            reversed.passage = TransactionStateMachine(
                .ended(.reversed), entered: .init(authorizing: now, reversing: now, reopened: now + .seconds(5)))
            reversed.version += 1
            try await journal.commit([
                JournalEntry(
                    transaction: reversed, events: [.init(sequence: 2, at: now, wall: now, kind: .reopened)])
            ])
        }
        do {
            let journal = try #require(try claim())
            #expect(journal.recovered.reopened.map(\.id) == [reversed.id])
            #expect(journal.recovered.reopened.first?.passage == reversed.passage)
            #expect(journal.recovered.unfinished.isEmpty)
            _ = reversed.passage.apply(
                .inquiryAnswered(.reversed, askedAt: now + .seconds(9), visibilityDelay: .zero), at: now + .seconds(9))
            reversed.version += 1
            try await journal.commit([
                JournalEntry(
                    transaction: reversed, events: [.init(sequence: 3, at: now, wall: now, kind: .answered)])
            ])
        }
        #expect(try #require(try claim()).recovered.reopened.isEmpty)
    }

    @Test func theRegistryIsReadByVersion() async throws {
        let store = try SQLiteRegistry(at: folder.path + "/registry.db")
        #expect(try await store.load(unless: 0) == nil)
        let shop = Shop(terminals: [.init(id: TerminalID("t-1")!)])
        let change = try #require(ShopChange(basedOn: 0, name: "Mika", note: "the first"))
        try await store.write(try Registry(shop, version: 1), by: change)
        #expect(try await store.load(unless: 0)?.shop == shop)
        #expect(try await store.load(unless: 1) == nil)
        #expect(try await store.load(unless: 2) == nil, "a lower version is not news")
        await #expect(throws: JournalError.self, "a version is written once") {
            try await store.write(try Registry(Shop(), version: 1), by: change)
        }
    }

    @Test func theRegistryRemembersWhoWroteWhat() async throws {
        let store = try SQLiteRegistry(at: folder.path + "/registry.db")
        let shop = Shop(terminals: [.init(id: TerminalID("t-1")!)])
        try await store.write(
            try Registry(shop, version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika", note: "the first")))
        try await store.write(
            try Registry(Shop(), version: 2), by: try #require(ShopChange(basedOn: 1, name: "Ada")))
        let history = try await store.history()
        #expect(history.map(\.version) == [2, 1])
        #expect(history.map(\.name) == ["Ada", "Mika"] && history.map(\.note) == ["", "the first"])
        #expect(history.allSatisfy { $0.at.milliseconds > 1_700_000_000_000 })
        #expect(try await store.shop(ofVersion: 1) == shop)
        #expect(try await store.shop(ofVersion: 2) == Shop())
        #expect(try await store.shop(ofVersion: 3) == nil)
        #expect(try await store.shop(ofVersion: .max) == nil)
    }

    /// One that a Baton wrote which did not ask who.
    @Test func anEarlierRegistryIsTakenOver() async throws {
        let path = folder.path + "/registry.db"
        let body = try Shop(terminals: [.init(id: TerminalID("t-1")!)]).stored()
        try await DatabaseQueue(path: path).write {
            try $0.execute(
                sql: """
                    CREATE TABLE schema_version (version INTEGER NOT NULL); INSERT INTO schema_version VALUES (1);
                    CREATE TABLE shop (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL);
                    """)
            try $0.execute(sql: "INSERT INTO shop VALUES (4, 1796000000000, ?)", arguments: [body])
        }
        let store = try SQLiteRegistry(at: path)
        #expect(try await store.load(unless: 0)?.version == 4)
        let earlier = ShopVersion(version: 4, at: Instant(milliseconds: 1_796_000_000_000), name: "", note: "")
        #expect(try await store.history() == [earlier])
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

    @Test func aDamagedRegistryIsAnErrorAndNoCrash() async throws {
        let path = folder.path + "/registry.db"
        let store = try SQLiteRegistry(at: path)
        try await store.write(try Registry(Shop(), version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika")))
        try await DatabaseQueue(path: path).write { try $0.execute(sql: "UPDATE shop SET body = 5") }
        await #expect(throws: JournalError.damaged(path: path, what: "the shop cannot be read")) {
            try await store.load(unless: 0)
        }
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

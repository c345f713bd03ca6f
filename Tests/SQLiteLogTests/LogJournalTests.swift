import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

@Suite(.timeLimit(.minutes(2))) struct LogJournalTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    static let day = Duration.seconds(86_400)

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
        #expect(recall.keys[transaction.key]?.body == opening(transaction, sequence: 1).opening?.body)
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
        #expect(journal.recovered.lastEventAt == ClockReading(relay: now, wall: now))
        #expect(journal.recovered.unfinished.map(\.transaction.id) == [second.id])
        #expect(journal.recovered.unfinished.first?.body == opening(second, sequence: 2).opening?.body)
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
        await #expect(throws: JournalError.claimLost(path: files.folder, term: 1, found: 2)) {
            try await first.commit([concluded(transaction, sequence: 2)])
        }
        try await second.commit([concluded(transaction, sequence: 2, approved: false)])
        let recall = try await second.recall([.transaction(transaction.id)])
        #expect(recall.transactions[transaction.id]?.outcome == .declined(ReasonCode("no")!))
        #expect(try audit().fault == nil)
    }

    /// It would begin a new segment of its own, and lose against the one that the other has begun.
    @Test mutating func aWriterWhoseClaimWasTakenBeginsNoSegment() async throws {
        let first = try #require(try claim())
        let (one, two) = (transaction("key-1"), transaction("key-2", at: now + Self.day))
        try await first.commit([opening(one, sequence: 1)])
        try FileManager.default.removeItem(atPath: folder.path + "/0.lock")
        let second = try #require(try claim())
        try await second.commit([opening(two, sequence: 2)])
        let lost = JournalError.claimLost(path: files.folder, term: 1, found: 2)
        await #expect(throws: lost) { try await first.commit([opening(two, sequence: 2)]) }
        await #expect(throws: lost) { try await first.checkClaim() }
        try await second.checkClaim()
        #expect(try files.segments.count == 2)
        #expect(try audit().fault == nil)
    }

    /// The other has closed the segment and not begun the next one, which is nobody else's to begin.
    @Test mutating func aWriterWhoseClaimWasTakenMakesNoFile() async throws {
        let first = try #require(try claim())
        let other = try LogWriter(opening: files, journals: 1, .full)
        _ = try other.claim()
        try other.append(Batch(kind: .closed, standing: other.standing))
        let lost = JournalError.claimLost(path: files.folder, term: 1, found: 2)
        await #expect(throws: lost) { try await first.checkClaim() }
        await #expect(throws: lost) { try await first.commit([opening(transaction(), sequence: 1)]) }
        #expect(try files.segments.count == 1)
    }

    @Test func theNumberOfJournalsIsFixed() throws {
        do { _ = try #require(try claim(journals: 2)) }
        #expect(throws: JournalError.otherNumber(path: folder.path + "/0", found: 2, wanted: 3)) {
            try claim(journals: 3)
        }
    }

    /// Journal 0 has its writer: what it says of the number is looked up before another one is made beside it.
    @Test func aJournalIsNotMadeBesideThoseOfAnotherNumber() throws {
        let first = try #require(try claim(journals: 2))
        #expect(throws: JournalError.otherNumber(path: folder.path + "/0", found: 2, wanted: 3)) {
            try claim(journals: 3)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/1"))
        #expect(try claim(journals: 2)?.recovered.journal == 1)
        withExtendedLifetime(first) {}
    }

    @Test mutating func whatContradictsTheLogIsNotWritten() async throws {
        let (transaction, other) = (transaction("key-1"), transaction("key-2"))
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction, sequence: 1)])
            try await journal.commit([concluded(transaction, sequence: 2)])
        }
        var (skipped, again) = (transaction, transaction)
        (skipped.version, again.version) = (8, 2)
        for entries in [
            [concluded(again, sequence: 3, approved: false)],  // A second outcome.
            [concluded(skipped, sequence: 3)], [opening(transaction, sequence: 3)], [concluded(other, sequence: 3)],
            [opening(other, sequence: 4)], [opening(other, sequence: 2)],
            [opening(other, sequence: 3), opening(self.transaction("key-3"), sequence: 3)],
            [opening(other, sequence: 3), concluded(other, sequence: 4)],
        ] {
            let journal = try #require(try claim())
            await #expect(throws: JournalError.self, "\(entries)") { try await journal.commit(entries) }
        }
        let journal = try #require(try claim())
        let recall = try await journal.recall([.transaction(transaction.id), .transaction(other.id)])
        #expect(recall.transactions[transaction.id]?.outcome == .approved())
        #expect(recall.transactions[other.id] == nil)
        try await journal.commit([opening(other, sequence: 3)])
        #expect(try audit().fault == nil)
    }

    @Test mutating func theLogIsAppendOnly() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction(), sequence: 1)])
        let raw = try DatabaseQueue(path: file)
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM batch") } }
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE batch SET body = x'00'") } }
        withExtendedLifetime(journal) {}
    }

    @Test mutating func aCommitIsOnTheDiskBeforeItReturns() async throws {
        let segment = try LogWriter(opening: files, journals: 1, .full).segment
        #expect(try segment.connection.statement("PRAGMA journal_mode").first { $0.text(0) } == "wal")
        #expect(
            try segment.connection.statement("PRAGMA synchronous").first { $0.number(0) } == 2,
            "FULL (https://sqlite.org/pragma.html#pragma_synchronous)")
    }

    @Test func aFormerFileIsRefusedByName() throws {
        try Data().write(to: URL(filePath: files.formerFile))
        #expect { _ = try claim() } throws: {
            "\($0)".hasPrefix(files.formerFile) && "\($0)".contains("start with an empty BATON_HOME")
        }
        #expect(try relay.journalWithTransactions() == 0, "what it holds is not known")
    }

    @Test mutating func theSizesOfAJournalAreSeen() async throws {
        let journal = try #require(try claim())
        try await journal.commit([opening(transaction("key-1"), sequence: 1)])
        let footprint = await journal.footprint()
        #expect(footprint.bytes.values.allSatisfy { $0 > 0 } && footprint.bytes.count == 3, "\(footprint)")
        #expect(footprint.unindexedEvents == 1)
        #expect(journal.hasRoom)
    }

    // MARK: - Segments

    /// Each day of relay time has a segment, and all of them are one log.
    @Test mutating func aTransactionOfManyDaysIsOne() async throws {
        let journal = try #require(try claim())
        let midnight = Instant(milliseconds: now.milliseconds / 86_400_000 * 86_400_000) + Self.day
        let (one, two) = (transaction("key-1", at: midnight - .seconds(5)), transaction("key-2"))
        try await journal.commit([opening(one, sequence: 1), opening(two, sequence: 2)])
        try await journal.commit([concluded(two, sequence: 3)])
        try await journal.commit([concluded(one, sequence: 4, approved: false, at: midnight + .seconds(5))])
        #expect(try files.segments.count == 2)
        let recall = try await journal.recall([.key(one.key), .transaction(two.id)])
        #expect(recall.keys[one.key]?.transaction.outcome == .declined(ReasonCode("no")!))
        #expect(recall.transactions[two.id]?.outcome == .approved())
        let report = try audit()
        #expect(report.fault == nil && report.events == 4 && report.transactions == 2)
        let reader = try JournalReader(relay, journal: 0)
        #expect(try reader.events(of: one.id).map(\.sequence) == [1, 4])
        #expect(try reader.events(of: two.id).map(\.kind) == [.accepted, .concluded])
        #expect(try reader.events(of: transaction("key-3").id).isEmpty)
    }

    /// A router that is killed while it begins a segment leaves the old one closed and no other, or half of one.
    @Test mutating func aSegmentThatWasNotBegunIsBegunByTheNextRouter() async throws {
        let (one, two) = (transaction("key-1"), transaction("key-2", at: now + Self.day))
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(one, sequence: 1)])
            try await journal.commit([opening(two, sequence: 2)])
        }
        let newest = try #require(try files.segments.last)
        let audited = try audit()
        try JournalFile.remove(newest.path)
        try JournalFile.remove(files.index)
        try Data("half".utf8).write(to: URL(filePath: newest.path + SegmentFile.unfinished))
        let journal = try #require(try claim())
        #expect(journal.recovered.sequence == 1 && journal.recovered.term == 2)
        #expect(try files.segments.last == newest, "the same batch follows the closed one")
        try await journal.commit([opening(two, sequence: 2)])
        #expect(try audit().fault == nil)
        #expect(audited.fault == nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: files.folder)
        #expect(!names.contains { $0.contains(SegmentFile.unfinished) })
    }

    @Test mutating func aLogThatIsMissingIsNotBegunAnew() async throws {
        do { try await #require(try claim()).commit([opening(transaction(), sequence: 1)]) }
        for segment in try files.segments { try JournalFile.remove(segment.path) }
        #expect { _ = try claim() } throws: { "\($0)".contains("its log is missing") }
    }

    // MARK: - The index

    /// Ten transactions, five of which are open.
    private mutating func fill(_ journal: LogJournal) async throws -> [Transaction] {
        let transactions = (0..<10).map { transaction("key-\($0)") }
        try await journal.commit(transactions.enumerated().map { opening($1, sequence: UInt64($0) + 1) })
        try await journal.commit(transactions.prefix(5).enumerated().map { concluded($1, sequence: UInt64($0) + 11) })
        return transactions
    }

    private func expectAll(_ transactions: [Transaction], in journal: LogJournal) async throws {
        #expect(Set(journal.recovered.unfinished.map(\.transaction.id)) == Set(transactions.suffix(5).map(\.id)))
        for (number, transaction) in transactions.enumerated() {
            let lookups: [JournalLookup] = [.key(transaction.key), .information(transaction.digest)]
            let recall = try await journal.recall(lookups + [.transaction(transaction.id)])
            #expect(recall.keys[transaction.key]?.transaction.outcome == (number < 5 ? .approved() : nil))
            #expect(recall.information.isEmpty == (number >= 5))
            #expect(recall.transactions[transaction.id]?.id == transaction.id)
            #expect(journal.mayKnow(lookups[0]) && journal.mayKnow(lookups[1]) == (number < 5))
        }
        let stranger = samples.stranger
        #expect(!journal.mayKnow(.key(stranger.key)) && !journal.mayKnow(.information(stranger.digest)))
        #expect(try await journal.recall([.key(stranger.key), .transaction(stranger.id)]) == Recall())
    }

    @Test mutating func anIndexThatIsLostIsBuiltAnew() async throws {
        let transactions: [Transaction]
        do { transactions = try await fill(try #require(try claim())) }
        try JournalFile.remove(files.index)
        do {
            let journal = try #require(try claim())
            #expect(await journal.footprint().unindexedEvents == 0, "it was built")
            #expect(journal.indexRebuiltBecause == nil, "an operator may delete it")
            try await expectAll(transactions, in: journal)
            #expect(try audit().fault == nil)
            // What goes on from the index goes on from the log.
            try await journal.commit([concluded(transactions[9], sequence: 16)])
        }
        let journal = try #require(try claim())
        #expect(Set(journal.recovered.unfinished.map(\.transaction.id)) == Set(transactions[5..<9].map(\.id)))
        #expect(try JournalReader(relay, journal: 0).events(of: transactions[9].id).map(\.sequence) == [10, 16])
    }

    static let damages = [
        "UPDATE mark SET number = -1", "UPDATE mark SET hash = 5", "DELETE FROM mark",
        "UPDATE filter SET bits = zeroblob(length(bits))", "DELETE FROM filter", "UPDATE run SET rows = 900",
        "UPDATE run SET kind = 'x'", "PRAGMA user_version = 7", "DROP TABLE place",
    ]

    /// Whatever is wrong with it: the log holds all of it.
    @Test(arguments: damages) mutating func anIndexThatIsDamagedIsBuiltAnew(sql: String) async throws {
        let transactions: [Transaction]
        do { transactions = try await fill(try #require(try claim())) }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        try tamper(sql, in: files.index)
        let journal = try #require(try claim())
        #expect(journal.indexRebuiltBecause != nil, "and it is said why")
        try await expectAll(transactions, in: journal)
        #expect(try audit().fault == nil)
    }

    @Test func anIndexThatIsNoDatabaseIsBuiltAnew() async throws {
        do { _ = try #require(try claim()) }
        try Data(repeating: 7, count: 5_000).write(to: URL(filePath: files.index))
        #expect(try claim() != nil)
    }

    /// The index is of no use, and the log goes on.
    @Test mutating func anIndexThatCannotBeReadStopsNoCommit() async throws {
        let transactions: [Transaction]
        do { transactions = try await fill(try #require(try claim())) }
        try JournalFile.remove(files.index)
        let journal = try #require(try claim())
        try tamper("DROP TABLE place", in: files.index)
        try await journal.commit([concluded(transactions[9], sequence: 16)])
        try await journal.commit([opening(transaction("new"), sequence: 17)])
        let recall = try await journal.recall([.key(transactions[9].key)])
        #expect(recall.keys.count == 1, "what is in memory is found")
        // A new day: the indexer has something to write, and cannot.
        try await journal.commit([opening(transaction("tomorrow", at: now + Self.day), sequence: 18)])
        while await journal.footprint().indexTrouble == nil { await Task.yield() }
        #expect(await journal.footprint().indexTrouble?.contains("place") == true, "it is said why")
    }

    /// Another router has claimed the journal: what the former one's indexer still wants to write is refused.
    @Test mutating func anIndexIsWrittenByTheLastClaimAlone() async throws {
        do { _ = try await fill(try #require(try claim())) }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        let (former, later) = (try IndexFile(files.index), try IndexFile(files.index))
        try former.claim(as: 7)
        try former.apply([], as: 7)
        try later.claim(as: 8)
        #expect(throws: IndexTaken.self) { try former.apply([.mark(Mark())], as: 7) }
        #expect(throws: IndexTaken.self) { try former.claim(as: 7) }
        #expect(try later.mark().head.number > 0, "nothing was written")
        try later.apply([], as: 8)
    }

    /// What is false is certain.
    @Test mutating func anIDThatIsOfNoTransactionHereIsKnownToBeNew() async throws {
        let journal = try #require(try claim())
        let transaction = transaction()
        try await journal.commit([opening(transaction, sequence: 1)])
        var random = samples.random
        #expect(journal.mayKnow(.transaction(transaction.id)))
        let late = TransactionID(journal: 0, now: now + .milliseconds(1), random: &random)
        #expect(!journal.mayKnow(.transaction(late)), "it is younger than the last event")
        #expect(
            !journal.mayKnow(.transaction(TransactionID(journal: 1, now: now, random: &random))), "another journal's")
        #expect(journal.mayKnow(.transaction(TransactionID(journal: 0, now: now, random: &random))))
    }
}

extension JournalSamples {
    /// A transaction that no journal has seen.
    var stranger: Transaction {
        var samples = JournalSamples(seed: 99)
        return samples.transaction("stranger")
    }
}

import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import SQLiteLog
import Synchronization
import Testing

/// What every journal engine promises, whichever it is. A new engine adds itself to ``Kind``.
@Suite(.timeLimit(.minutes(1))) struct JournalConformanceTests {
    enum Kind: CaseIterable { case memory, sqlite }

    private var samples = JournalSamples()

    /// Calls `body` with an engine that holds nothing yet.
    private func with(_ kind: Kind, _ body: (any JournalEngine) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(MemoryEngine())
        case .sqlite:
            let home = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID())").path
            defer { try? FileManager.default.removeItem(atPath: home) }
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await body(SQLiteEngine(journals: home + "/journals", registry: home + "/registry.db"))
        }
    }

    @Test(arguments: Kind.allCases) mutating func aJournalHasOneWriterAndStandbysFindNone(kind: Kind) async throws {
        try await with(kind) { engine in
            var writer = try engine.claim(journals: 2) as (any Journal)?
            let second = try #require(try engine.claim(journals: 2) as (any Journal)?)
            #expect(writer?.recovered.journal == 0 && second.recovered.journal == 1)
            #expect(try engine.claim(journals: 2) == nil)
            #expect(try engine.journals() == [0, 1])
            writer = nil
            let next = try #require(try engine.claim(journals: 2) as (any Journal)?)
            #expect(next.recovered.journal == 0 && next.recovered.term == 2, "a claim ends with its writer")
            #expect(throws: JournalError.self) { try engine.claim(journals: 3) }
        }
    }

    @Test(arguments: Kind.allCases) mutating func whatIsDurableIsRecalledAndTakenOver(kind: Kind) async throws {
        let (first, second) = (samples.transaction("key-1"), samples.transaction("key-2"))
        let entries = samples
        try await with(kind) { engine in
            var writer = try engine.claim(journals: 1) as (any Journal)?
            try await writer?.commit([entries.opening(first, sequence: 1), entries.opening(second, sequence: 2)])
            try await writer?.commit([entries.concluded(first, sequence: 3)])
            let recall = try await writer?.recall([
                .key(first.key), .information(first.digest), .transaction(second.id),
            ])
            #expect(recall?.keys[first.key]?.transaction.outcome != nil)
            #expect(recall?.information == [first.digest], "its code is used")
            #expect(recall?.transactions[second.id]?.outcome == nil && recall?.transactions.count == 1)
            writer = nil
            let next = try #require(try engine.claim(journals: 1) as (any Journal)?)
            #expect(next.recovered.sequence == 3 && next.recovered.term == 2)
            #expect(next.recovered.unfinished.map(\.transaction.id) == [second.id])
            #expect(next.recovered.unfinished.map(\.body) == [entries.body])
        }
    }

    /// A lookup that is spared because the journal surely knows nothing must not hide anything.
    @Test(arguments: Kind.allCases) mutating func whatItKnowsItMayKnow(kind: Kind) async throws {
        let transaction = samples.transaction()
        let entries = samples
        try await with(kind) { engine in
            let journal = try #require(try engine.claim(journals: 1) as (any Journal)?)
            try await journal.commit([entries.opening(transaction, sequence: 1)])
            try await journal.commit([entries.concluded(transaction, sequence: 2)])
            for lookup: JournalLookup in [
                .key(transaction.key), .information(transaction.digest), .transaction(transaction.id),
            ] {
                #expect(journal.mayKnow(lookup), "\(lookup)")
            }
        }
    }

    /// The router begins a commit and goes on; it learns of each one's end, and they end in the order of their
    /// beginning.
    @Test(arguments: Kind.allCases) mutating func commitsThatAreBegunEndInTheirOrder(kind: Kind) async throws {
        let transactions = (0..<50).map { samples.transaction("key-\($0)") }
        let entries = samples
        try await with(kind) { engine in
            let journal = try #require(try engine.claim(journals: 1) as (any Journal)?)
            let ended = Mutex<[Int]>([])
            for (number, transaction) in transactions.enumerated() {
                journal.begin([entries.opening(transaction, sequence: UInt64(number) + 1)]) { result in
                    if case .success = result { ended.withLock { $0.append(number) } }
                }
            }
            let recall = try await journal.recall(transactions.map { .transaction($0.id) })
            #expect(recall.transactions.count == transactions.count, "it sees what was begun before")
            try await journal.commit([])
            #expect(ended.withLock { $0 } == Array(transactions.indices))
        }
    }

    @Test(arguments: Kind.allCases) mutating func whoHasLostItsClaimWritesNothing(kind: Kind) async throws {
        let transaction = samples.transaction()
        let entries = samples
        try await with(kind) { engine in
            let former = try #require(try engine.claim(journals: 1) as (any Journal)?)
            try breakLock(of: engine)
            let writer = try #require(try engine.claim(journals: 1) as (any Journal)?)
            let lost = await #expect(throws: JournalError.self) {
                try await former.commit([entries.opening(transaction, sequence: 1)])
            }
            guard case .claimLost(_, 1, 2) = lost else { throw try #require(lost) }
            await #expect(throws: JournalError.self) { try await former.checkClaim() }
            #expect(try await writer.recall([.transaction(transaction.id)]).transactions.isEmpty)
            try await writer.checkClaim()
            try await writer.commit([entries.opening(transaction, sequence: 1)])
        }
    }

    private func breakLock(of engine: any JournalEngine) throws {
        if let memory = engine as? MemoryEngine { memory.breakLock(of: 0) }
        if let sqlite = engine as? SQLiteEngine { try sqlite.breakLock(of: 0) }
    }

    @Test(arguments: Kind.allCases) mutating func anAuditReadsAllAndHoldsANotedHead(kind: Kind) async throws {
        let transaction = samples.transaction()
        let entries = samples
        try await with(kind) { engine in
            let journal = try #require(try engine.claim(journals: 1) as (any Journal)?)
            try await journal.commit([entries.opening(transaction, sequence: 1)])
            let early = try engine.audit(0, holding: nil) { _, _ in }
            #expect(early.events == 1 && early.transactions == 1 && early.fault == nil)
            try await journal.commit([entries.concluded(transaction, sequence: 2)])
            #expect(try engine.audit(0, holding: early.head) { _, _ in }.fault == nil)
            let future = JournalHead(batch: 99, hash: early.head.hash)
            #expect(try engine.audit(0, holding: future) { _, _ in }.fault != nil)
            #expect(await journal.footprint().unindexedEvents <= 2)
        }
    }

    @Test(arguments: Kind.allCases) func theRegistryIsReadByVersionAndRemembersWhoWroteIt(kind: Kind) async throws {
        try await with(kind) { engine in
            let store = try engine.registry() as any RegistryStore
            #expect(try await store.load(unless: 0) == nil)
            let registry = try Registry(Shop(), version: 1)
            try await store.write(registry, by: try #require(ShopChange(basedOn: 0, name: "Mika", note: "first")))
            #expect(try await store.load(unless: 0)?.version == 1)
            #expect(try await store.load(unless: 1) == nil)
            #expect(try await store.history().map(\.name) == ["Mika"])
            #expect(try await store.shop(ofVersion: 1) == registry.shop)
            #expect(try await store.shop(ofVersion: 2) == nil)
        }
    }
}

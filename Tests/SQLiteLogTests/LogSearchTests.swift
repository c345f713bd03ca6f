import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// Lookups go on while the indexer merges runs and deletes them in pieces.
@Suite(.timeLimit(.minutes(1))) struct LogSearchTests {
    private final class Memory: TailHolding {
        var tail: Tail
        init(_ tail: Tail) { self.tail = tail }
        func with<Result: Sendable>(_ body: (inout Tail) -> Result) -> Result { body(&tail) }
    }

    /// A log whose first batch has one transaction.
    private struct OneBatch: LogReading {
        let folder = "memory"
        let made: Batch
        func batch(_ number: UInt64) throws -> Batch { made }
        func hash(of number: UInt64) throws -> [UInt8]? { nil }
        func lastNumber() throws -> UInt64 { 1 }
        func batches(after number: UInt64, _ body: (Batch, LogHead) throws -> Void) throws {}
    }

    /// An index whose run was merged into another, and half deleted, just before it is asked.
    private final class Merging: IndexSearching {
        let (old, new): (Run, Run)
        let filter: KeyFilter
        let memory: Memory
        let id: TransactionID
        private(set) var asked = 0

        init(_ old: Run, _ new: Run, _ filter: KeyFilter, _ memory: Memory, _ id: TransactionID) {
            (self.old, self.new, self.filter, self.memory, self.id) = (old, new, filter, memory, id)
        }

        func batch(of id: TransactionID) throws -> UInt64? { id == self.id ? 1 : nil }

        func batch(of fingerprint: Fingerprint, in run: Run) throws -> UInt64? {
            asked += 1
            guard run == old else { return 1 }
            memory.tail.apply([.reveal(new, filter), .hide(old)])
            return nil
        }
    }

    /// A log of which a newer Baton wrote all.
    private struct Newer: LogReading {
        let folder = "memory"
        func batch(_ number: UInt64) throws -> Batch {
            throw unreadable(.newer("kind 9 of a batch"), "batch \(number)")
        }
        func hash(of number: UInt64) throws -> [UInt8]? { nil }
        func lastNumber() throws -> UInt64 { 1 }
        func batches(after number: UInt64, _ body: (Batch, LogHead) throws -> Void) throws {}
    }

    /// Whoever asks for it must not end the router.
    @Test func whatANewerBuildWroteIsUnreadableAndNoMore() throws {
        var samples = JournalSamples()
        let id = samples.transaction().id
        let memory = Memory(Tail(Mark(), [:], Standing(journal: 0, journals: 1), today: 0))
        let run = Run(kind: .keys, day: 0, level: 0, number: 1, rows: 1)
        let filter = KeyFilter(rows: 1)
        let search = LogSearch(
            Newer(), Merging(run, run, filter, memory, id), memory, open: [:], keyed: { Fingerprint($0) })
        let recall = try search.answers(to: [.transaction(id)])
        #expect(
            recall.unreadable[.transaction(id)]?.contains("a newer Baton wrote batch 1 (kind 9 of a batch)") == true)
    }

    @Test func aKeyWhoseRunIsMergedMeanwhileIsFound() throws {
        var samples = JournalSamples()
        let transaction = samples.transaction()
        let keyed = { (key: SubmissionKey) in Fingerprint(key) }
        let maker = BatchMaker(
            "memory", Standing(journal: 0, journals: 1), keyed: keyed, former: { _, _ in nil }, outcome: { _, _ in nil }
        )
        var retention = Retention()
        let batch = try maker.batch([samples.opening(transaction, sequence: 1)], &retention)
        var filter = KeyFilter(rows: 1)
        filter.insert(Fingerprint(transaction.key))
        let old = Run(kind: .keys, day: 1, level: 0, number: 1, rows: 1)
        let new = Run(kind: .keys, day: 1, level: 1, number: 2, rows: 1)
        let memory = Memory(Tail(Mark(), [old: filter], batch.standing, today: 0))
        let index = Merging(old, new, filter, memory, transaction.id)
        let search = LogSearch(OneBatch(made: batch), index, memory, open: [:], keyed: keyed)
        let recall = try search.answers(to: [.key(transaction.key)])
        #expect(recall.keys[transaction.key]?.transaction.id == transaction.id)
        #expect(index.asked == 2)
    }
}

import RelayDomain
import RelayJournal
import RelayTesting
import Synchronization
import Testing

/// What was begun is written together, in order, and not at all behind a failure.
@Suite(.timeLimit(.minutes(1))) struct CommitQueueTests {
    private struct Refused: Error {}

    /// The ends that were told, in order.
    private final class Ends: Sendable {
        private let told = Mutex<[String]>([])
        var all: [String] { told.withLock { $0 } }

        func end(_ name: String) -> CommitEnd {
            { result in
                let how = if case .success = result { "durable" } else { "failed" }
                self.told.withLock { $0.append("\(name) \(how)") }
            }
        }
    }

    private let queue = CommitQueue()
    private let ends = Ends()
    private var samples = JournalSamples()

    @Test mutating func allThatWaitsIsTakenAtOnceAndInOrder() {
        let entries = (1...3).map { samples.opening(samples.transaction("key-\($0)"), sequence: UInt64($0)) }
        #expect(queue.add([entries[0]], ends.end("first")), "the journal's thread has to be asked")
        #expect(!queue.add([entries[1], entries[2]], ends.end("second")), "it was asked already")
        let group = queue.takeAll()
        #expect(group.entries == entries && ends.all.isEmpty)
        #expect(queue.add([], ends.end("third")), "what comes meanwhile is the next group")
        queue.end(group, .success(()))
        #expect(ends.all == ["first durable", "second durable"])
        queue.end(queue.takeAll(), .success(()))
        #expect(ends.all.last == "third durable")
    }

    /// A transaction is written once, as it is after the last of its commits.
    @Test mutating func entriesAboutOneTransactionAreJoined() throws {
        let (first, second) = (samples.transaction("key-1"), samples.transaction("key-2"))
        _ = queue.add([samples.opening(first, sequence: 1), samples.opening(second, sequence: 2)], ends.end("first"))
        _ = queue.add([samples.concluded(first, sequence: 3)], ends.end("second"))
        let entries = queue.takeAll().entries
        #expect(entries.map(\.transaction.id) == [first.id, second.id])
        let joined = try #require(entries.first)
        #expect(joined.transaction.outcome != nil && joined.opening != nil)
        #expect(joined.events.map(\.sequence) == [1, 3])
    }

    /// It has decided upon what is lost.
    @Test mutating func behindAFailureNothingIsWritten() {
        _ = queue.add([], ends.end("first"))
        let group = queue.takeAll()
        _ = queue.add([samples.opening(samples.transaction(), sequence: 1)], ends.end("second"))
        queue.end(group, .failure(Refused()))
        #expect(ends.all == ["first failed", "second failed"])
        #expect(queue.takeAll().entries.isEmpty)
        #expect(!queue.add([], ends.end("third")))
        #expect(ends.all.last == "third failed")
    }
}

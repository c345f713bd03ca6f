import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// A start reads the index's mark and what lies behind it, however much lies before it.
///
/// `BATON_START_STORED=10000000 swift test -c release --filter '^SQLiteLogTests\.StartTests'` does it with ten million
/// (some 8 GB in the temporary folder, half an hour).
@Suite(.timeLimit(.minutes(60))) struct StartTests: JournalSuite {
    private static let stored =
        ProcessInfo.processInfo.environment["BATON_START_STORED"].flatMap { Int($0) } ?? 100_000
    private static let open = 1_000
    private static let behind = 40_000
    private static let together = 200

    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    @Test mutating func aStartWithMuchInStoreAndMuchBehindTheMarkFindsAll() async throws {
        let kept = try write()
        let begin = ContinuousClock.now
        let journal = try #require(try claim())
        let took = ContinuousClock.now - begin
        print("start with \(Self.stored) stored, \(Self.open) open, \(Self.behind) behind the mark: \(took)")
        #expect(took < .seconds(60), "it reads what is behind the mark, and no more")
        #expect(journal.indexRebuiltBecause == nil)
        #expect(Set(journal.recovered.unfinished.map(\.transaction.id)) == Set(kept.open.map(\.id)))
        #expect(journal.recovered.sequence == UInt64(2 * Self.stored - Self.open))
        #expect(!journal.hasRoom, "so much is behind the mark")
        // The indexer follows: from then on there is room, and all is found as before.
        try await expectAll(kept, in: journal)
        let limit = ContinuousClock.now + .seconds(120)
        while !journal.hasRoom, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(20)) }
        #expect(journal.hasRoom)
        try await expectAll(kept, in: journal)
        #expect(await journal.footprint().indexTrouble == nil)
    }

    private func expectAll(_ kept: (open: [Transaction], finished: [Transaction]), in journal: LogJournal) async throws
    {
        for transaction in kept.open.prefix(20) + kept.finished {
            let isOpen = kept.open.contains { $0.id == transaction.id }
            let lookups: [JournalLookup] = [
                .key(transaction.key), .information(transaction.digest), .transaction(transaction.id),
            ]
            #expect(journal.mayKnow(lookups[0]) && journal.mayKnow(lookups[2]))
            let recall = try await journal.recall(lookups)
            #expect(recall.keys[transaction.key]?.transaction.id == transaction.id)
            #expect(recall.transactions[transaction.id]?.outcome == (isOpen ? nil : .approved()))
            #expect(recall.information == (isOpen ? [] : [transaction.digest]))
        }
    }

    /// Accepted and finished transactions, the open ones among the oldest; the last ones are not in the index.
    /// - Returns: the open ones, and some of the others.
    private mutating func write() throws -> (open: [Transaction], finished: [Transaction]) {
        let log = try LogWriter(opening: files, journals: 1, .none)
        var (open, finished): ([Transaction], [Transaction]) = ([], [])
        var (retention, sequence, places) = (Retention(), UInt64(0), [TransactionID: Place]())
        func append(_ entries: [JournalEntry]) throws {
            let maker = BatchMaker(
                files.folder, log.standing, keyed: { Fingerprint($0) }, former: { id, _ in places[id] },
                outcome: { _, _ in nil })
            let batch = try maker.batch(entries, &retention)
            try log.append(batch)
            for entry in batch.entries { places[entry.id] = Place(entry, in: log.head.number) }
        }
        for start in stride(from: 0, to: Self.stored, by: Self.together) {
            if start == Self.stored - Self.behind {
                try IndexFile.rebuild(files, LogReader(files), today: 0) { _, _ in }
            }
            let some = (start..<start + Self.together).map { transaction("key-\($0)") }
            try append(
                some.map {
                    sequence += 1
                    return opening($0, sequence: sequence)
                })
            let ended = open.count < Self.open ? Array(some.dropFirst(Self.together / 2)) : some
            open += some.prefix(some.count - ended.count)
            try append(
                ended.map {
                    sequence += 1
                    return concluded($0, sequence: sequence)
                })
            finished += start % (Self.stored / 20) == 0 ? [some[Self.together - 1]] : []
            for transaction in some { places[transaction.id] = nil }
        }
        return (open, finished)
    }
}

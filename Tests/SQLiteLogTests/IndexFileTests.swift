import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// The index on a real disk, written slice by slice and left at any of them.
@Suite(.timeLimit(.minutes(2))) struct IndexFileTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    /// So many transactions in commits of five, every second one finished.
    private mutating func fill(_ count: Int) async throws -> [Transaction] {
        let journal = try #require(try claim())
        var (transactions, sequence): ([Transaction], UInt64) = ([], 0)
        func next() -> UInt64 {
            sequence += 1
            return sequence
        }
        for start in stride(from: 0, to: count, by: 5) {
            let some = (start..<start + 5).map { transaction("key-\($0)") }
            try await journal.commit(some.map { opening($0, sequence: next()) })
            let finished = some.enumerated().filter { $0.offset % 2 == 0 }
            try await journal.commit(finished.map { concluded($0.element, sequence: next()) })
            transactions += some
        }
        return transactions
    }

    @Test mutating func whatIsWrittenInSlicesIsFoundWhereverItWasLeft() async throws {
        let transactions = try await fill(300)
        var (steps, left): (Int, Int) = (1, 0)
        while try !write(slices: steps) {
            left += 1
            steps += 1
            if left % 5 == 0 { try await expectAll(transactions) }
        }
        #expect(left > 10, "it was left often")
        try await expectAll(transactions)
        let runs = try IndexFile(files.index).runs().map(\.run)
        #expect(runs.contains { $0.level > 0 } || runs.count < 2 * IndexBounds().mergedRuns)
        #expect(try audit().fault == nil)
    }

    /// One life of an indexer, ended after so many slices.
    /// - Returns: whether there was nothing left to do.
    private func write(slices: Int) throws -> Bool {
        var life = try start(bounds)
        for _ in 0..<slices {
            if try !life.follower.slice(life.tail) { return true }
        }
        return false
    }

    private var bounds: IndexBounds {
        var bounds = IndexBounds()
        (bounds.part, bounds.sliceRows) = (20, 8)
        return bounds
    }

    /// What a start finds, and goes on with.
    private struct Life {
        let tail: SharedTail
        let open: [TransactionID: Place]
        var follower: IndexFollower<IndexFile>
    }

    /// - Parameter later: by how much its term is higher than the log's.
    private func start(_ bounds: IndexBounds, later: UInt64 = 0) throws -> Life {
        var standing = try LogReader(files).last().batch.standing
        standing.term += later
        return try start(bounds, standing)
    }

    private func start(_ bounds: IndexBounds, _ standing: Standing) throws -> Life {
        let (files, reader) = (files, try LogReader(files))
        let found = try IndexStart<LogReader, IndexFile>(reader, standing, today: 0, bounds).find(
            files.index, existing: { try IndexFile(files.index) }, anew: { throw CancellationError() })
        let follower = IndexFollower(
            as: standing.term, bounds, opening: { try IndexFile(files.index) },
            isInLog: { try reader.hash(of: $0.number) == $0.hash })
        return Life(tail: SharedTail(found.tail), open: found.open, follower: follower)
    }

    /// A start has read the index, and whoever had it before goes on to merge its runs: its mark stays, and what the
    /// start knows of runs is not so any more. Of an earlier term nobody goes on; of the same one is a start that has
    /// not lost the log yet, or a merge of whose commit the disk did not report.
    @Test(arguments: [0, 1]) mutating func whatIsMergedDuringAStartStaysKnown(later: UInt64) async throws {
        let transactions = try await fill(300)
        var (unmerged, merging) = (bounds, bounds)
        (unmerged.part, unmerged.most, unmerged.mergedRuns) = (5, 20, 100)
        var life = try start(unmerged)
        while try life.follower.slice(life.tail) {}
        merging.mergedRuns = 2
        var former = try start(merging)
        let (mark, runs) = (try IndexFile(files.index).mark(), try IndexFile(files.index).trueRuns())
        var next = try start(merging, later: later)
        if later > 0 {
            #expect(throws: IndexTaken.self) { while try former.follower.slice(former.tail) {} }
        } else {
            while try former.follower.slice(former.tail) {}
            #expect(try IndexFile(files.index).trueRuns() != runs, "something was merged")
        }
        #expect(try IndexFile(files.index).mark().head.number == mark.head.number)
        while try next.follower.slice(next.tail) {}
        let search = LogSearch(
            try LogReader(files), try IndexLookup(files.index), next.tail, open: next.open,
            keyed: { Fingerprint($0) })
        for (number, transaction) in transactions.enumerated() {
            let (key, code) = (JournalLookup.key(transaction.key), JournalLookup.information(transaction.digest))
            let recall = try search.answers(to: [key, code])
            #expect(recall.keys[transaction.key]?.transaction.id == transaction.id)
            #expect(recall.information == (number % 5 % 2 == 0 ? [transaction.digest] : []))
        }
    }

    /// Two starts at once, the lock being removed: the slower one has read a log that others have claimed since.
    @Test mutating func aStartThatComesTooLateProvesNoLoss() async throws {
        _ = try await fill(10)
        var standing = try LogReader(files).last().batch.standing
        standing.term += 1
        for _ in 0..<2 { _ = try #require(try claim()) }
        let late = JournalError.claimLost(path: files.folder, term: standing.term, found: standing.term + 1)
        #expect(throws: late) { _ = try start(bounds, standing) }
        try tamper("UPDATE mark SET term = 9", in: files.index)
        let fault = JournalFault(
            .termsLost(found: 9, last: standing.term + 1), at: try LogReader(files).last().row.number)
        #expect(throws: JournalError.endLost(path: files.folder, fault)) { _ = try start(bounds, standing) }
    }

    private func expectAll(_ transactions: [Transaction]) async throws {
        let journal = try #require(try claim())
        #expect(journal.recovered.unfinished.count == transactions.count * 2 / 5)
        for (number, transaction) in transactions.enumerated() {
            let isFinished = number % 5 % 2 == 0
            let recall = try await journal.recall([.key(transaction.key), .information(transaction.digest)])
            #expect(recall.keys[transaction.key]?.transaction.outcome == (isFinished ? .approved() : nil))
            #expect(recall.information == (isFinished ? [transaction.digest] : []))
        }
        #expect(!journal.mayKnow(.key(samples.stranger.key)))
    }

    /// The threads of a journal do the same: a day's segment is closed, and soon the index contains it.
    @Test mutating func theIndexFollowsTheLog() async throws {
        let transactions = try await fill(20)
        let journal = try #require(try claim())
        let next = transaction("next", at: now + .seconds(86_400))
        try await journal.commit([opening(next, sequence: journal.recovered.sequence + 1)])
        // The indexer was called, and works on threads of its own: what it has written is seen in its file.
        while try IndexLookup(files.index).mark().head.number < 10 { await Task.yield() }
        #expect(try IndexLookup(files.index).batch(of: transactions[0].id) != nil)
        for transaction in transactions {
            let recall = try await journal.recall([.key(transaction.key)])
            #expect(recall.keys[transaction.key]?.transaction.id == transaction.id)
        }
        #expect(try audit().fault == nil)
    }

    @Test(arguments: [0, 1, 100, 20_000]) func aFilterKnowsEveryRowAndFewOthers(rows: Int) throws {
        var random = SeededGenerator(seed: 7)
        var filter = KeyFilter(rows: rows)
        let known = (0..<rows).map { _ in Fingerprint(high: random.next(), low: random.next()) }
        for fingerprint in known { filter.insert(fingerprint) }
        let stored = try #require(KeyFilter(rows: rows, bytes: Array(filter.parts.joined())))
        #expect(stored.digest == filter.digest)
        #expect(known.allSatisfy(stored.mayContain))
        let maybe = (0..<10_000).filter { _ in
            stored.mayContain(Fingerprint(high: random.next(), low: random.next()))
        }
        #expect(maybe.count < 60, "\(maybe.count) of 10,000")
        #expect(KeyFilter(rows: rows + 1_000, bytes: Array(filter.parts.joined())) == nil)
    }
}

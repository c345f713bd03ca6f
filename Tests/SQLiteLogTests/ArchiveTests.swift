import Foundation
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// Old segments are copied and removed, and nothing that anybody needs goes with them.
@Suite(.timeLimit(.minutes(2))) struct ArchiveTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()
    private let archive: Archive
    private let copies: String

    init() throws {
        folder = try Folder()
        copies = folder.path + "/copies"
        archive = Archive(
            of: RelayFiles(journals: folder.path, registry: folder.path + "/registry.db"), journal: 0, to: copies)
    }

    /// One transaction a day, accepted and finished, and one of the last day; each day has a segment.
    /// - Parameter openOn: the day whose transaction stays open.
    private mutating func fill(days: [Int64], openOn: Int64? = nil) async throws -> [Transaction] {
        var transactions: [Transaction] = []
        do {
            let journal = try #require(try claim())
            var sequence: UInt64 = 0
            for day in days {
                let transaction = transaction("key-\(day)", at: now + .seconds(day * 86_400))
                transactions.append(transaction)
                sequence += 1
                try await journal.commit([opening(transaction, sequence: sequence)])
                guard day != openOn else { continue }
                sequence += 1
                try await journal.commit([concluded(transaction, sequence: sequence)])
            }
        }
        try JournalFile.remove(files.index)  // The next start builds it, to the log's end.
        do { _ = try #require(try claim()) }
        return transactions
    }

    private func prune(before day: Int64) throws -> (removed: [String], kept: String?) {
        try archive.prune(before: now + .seconds(day * 86_400)) { _, _, _ in }
    }

    @Test mutating func segmentsAreListed() async throws {
        _ = try await fill(days: [0, 1, 2])
        let segments = try relay.segments(of: 0)
        #expect(segments.map(\.isClosed) == [true, true, false])
        #expect(segments.map(\.batches.lowerBound) == [1, 6, 10])
        #expect(segments.map(\.to) == [0, 1, 2].map { now + .seconds($0 * 86_400) })
        #expect(segments.allSatisfy { $0.bytes > 0 && !$0.isPruned && $0.journal == 0 })
    }

    @Test mutating func closedSegmentsAreCopiedOnce() async throws {
        _ = try await fill(days: [0, 1, 2])
        let names = try files.segments.map(\.name)
        #expect(try archive.copy { _, _, _ in } == Array(names.prefix(2)))
        #expect(try archive.copy { _, _, _ in }.isEmpty)
        let copied = try FileManager.default.contentsOfDirectory(atPath: copies + "/0").sorted()
        #expect(copied == names.prefix(2).flatMap { [$0, $0 + ".sha256"] }.sorted())
        let copy = try Segment(SegmentFile(folder: copies + "/0", first: 1), nil)
        #expect(try copy.last().batch.kind == .closed)
    }

    @Test mutating func whatIsDamagedIsNotArchived() async throws {
        _ = try await fill(days: [0, 1])
        try tamper("UPDATE batch SET body = body || x'00' WHERE number = 3", in: try files.segments.first?.path)
        #expect(throws: JournalError.self) { try archive.copy { _, _, _ in } }
        #expect(throws: JournalError.self) { try prune(before: 9) }
        #expect(try files.segments.count == 2)
    }

    @Test mutating func whatIsOldAndArchivedIsPrunedAndReadsAsArchived() async throws {
        let transactions = try await fill(days: [0, 1, 50, 51])
        let names = try files.segments.map(\.name)
        var answer = try prune(before: 1)
        #expect(answer.removed.isEmpty && answer.kept?.contains("archive it first") == true)
        _ = try archive.copy { _, _, _ in }
        answer = try prune(before: 1)
        #expect(answer.removed == [names[0]] && answer.kept == nil)
        #expect(try audit().fault == nil)
        #expect(try relay.segments(of: 0).map(\.isPruned) == [true, false, false, false])
        let journal = try #require(try claim())
        let recall = try await journal.recall([.transaction(transactions[0].id), .transaction(transactions[1].id)])
        #expect(recall.archived == [transactions[0].id] && recall.unreadable.isEmpty)
        #expect(recall.transactions[transactions[1].id]?.outcome == .approved())
        let reader = try JournalReader(relay, journal: 0)
        #expect(throws: JournalError.archived(path: files.segment(first: 1).path)) {
            try reader.events(of: transactions[0].id)
        }
        var (read, lacking): (Int, [JournalError]) = (0, [])
        try reader.transactions {
            read += $0.count
            lacking += $1
        }
        #expect(read == 3 && lacking.count == 1 && lacking.allSatisfy(\.isArchived), "\(lacking)")
        answer = try prune(before: 90)
        #expect(answer.removed == [names[1]])
        #expect(answer.kept?.contains("not forgotten yet") == true, "\(answer)")
    }

    /// A head that was noted in a segment that is gone cannot be compared: nothing is said of it.
    @Test mutating func aHeadThatWasPrunedIsNotSaidToBeThere() async throws {
        _ = try await fill(days: [0, 50, 51])
        let reader = try LogReader(files)
        func head(_ number: UInt64) throws -> JournalHead {
            JournalHead(batch: number, hash: try #require(try reader.hash(of: number)))
        }
        let first = try #require(try files.segments.dropFirst().first).first
        let (old, last, next) = (try head(3), try head(first - 1), try head(first))
        #expect(try audit(holding: old).fault == nil)
        _ = try archive.copy { _, _, _ in }
        #expect(try prune(before: 1).removed.count == 1)
        #expect(throws: JournalError.archived(path: files.segment(first: 1).path)) { try audit(holding: old) }
        // The first segment that is here still says what it follows.
        for head in [last, next] {
            #expect(try audit(holding: head).fault == nil)
            let other = JournalHead(batch: head.batch, hash: LogHead.start)
            #expect(try audit(holding: other).fault == JournalFault(.changed, at: head.batch))
        }
        try tamper(
            "UPDATE batch SET hash = zeroblob(32) WHERE number = \(first + 1)", in: try files.segments.first?.path)
        #expect(try audit(holding: old).fault?.batch == first + 1, "what is here is verified all the same")
    }

    @Test mutating func anIndexIsBuiltOfWhatIsLeft() async throws {
        let transactions = try await fill(days: [0, 50, 51])
        _ = try archive.copy { _, _, _ in }
        #expect(try prune(before: 1).removed.count == 1)
        try JournalFile.remove(files.index)
        let journal = try #require(try claim())
        let recall = try await journal.recall([.key(transactions[1].key)])
        #expect(recall.keys[transactions[1].key]?.transaction.id == transactions[1].id)
        #expect(try audit().fault == nil)
    }

    /// A transaction that was accepted in a segment that is pruned, and concluded in one that is not.
    private mutating func crossing() async throws -> Transaction {
        var crossing = transaction("crossing")
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(crossing, sequence: 1)])
            crossing.passage = TransactionStateMachine(.ended(.reversed))
            crossing.version += 1
            try await journal.commit([entry(crossing, .concluded, sequence: 2, onDay: 1)])
            try await journal.commit([opening(transaction("last", at: now + .seconds(50 * 86_400)), sequence: 3)])
        }
        try JournalFile.remove(files.index)
        do { _ = try #require(try claim()) }
        _ = try archive.copy { _, _, _ in }
        #expect(try prune(before: 1).removed.count == 1)
        return crossing
    }

    private func entry(
        _ transaction: Transaction, _ kind: JournalEntry.Event.Kind, sequence: UInt64, onDay day: Int64
    ) -> JournalEntry {
        let at = now + .seconds(day * 86_400)
        return JournalEntry(
            transaction: transaction, events: [.init(sequence: sequence, at: at, wall: at, kind: kind)])
    }

    @Test mutating func aBackupTakenAfterAPruneIsRestored() async throws {
        let crossing = try await crossing()
        let backup = folder.path + "/backup.tar"
        _ = try Backup(of: relay, to: backup).write(now: now)
        let other = RelayFiles(journals: folder.path + "/other/journals", registry: folder.path + "/other/registry.db")
        _ = try Restore(of: backup, to: other).run(now: now)
        #expect(try other.segments(of: 0).map(\.isPruned) == [true, false, false])
        let journal = try #require(try LogJournal.claim(in: other.journals, journals: 1))
        let recall = try await journal.recall([.transaction(crossing.id)])
        #expect(recall.transactions[crossing.id]?.outcome == .reversed)
    }

    /// An approval that comes late reopens it: what a start has to know of it is in its last entry.
    @Test mutating func whatIsReopenedIsRecoveredWithoutItsBeginning() async throws {
        var crossing = try await crossing()
        do {
            let journal = try #require(try claim())
            crossing.passage = TransactionStateMachine(
                .ended(.reversed), entered: .init(authorizing: now, reversing: now, reopened: now + .seconds(5)))
            crossing.version += 1
            try await journal.commit([entry(crossing, .reopened, sequence: 4, onDay: 50)])
        }
        #expect(try #require(try claim()).recovered.reopened.map(\.id) == [crossing.id])
    }

    @Test mutating func whatAnOpenTransactionNeedsStays() async throws {
        let transactions = try await fill(days: [0, 50, 51], openOn: 0)
        _ = try archive.copy { _, _, _ in }
        let answer = try prune(before: 90)
        #expect(answer.removed.isEmpty)
        #expect(answer.kept?.contains("\(transactions[0].id)") == true, "\(answer)")
    }

    @Test mutating func aCopyThatWasChangedIsNoCopy() async throws {
        _ = try await fill(days: [0, 50, 51])
        _ = try archive.copy { _, _, _ in }
        let copy = try "\(copies)/0/\(files.segments[0].name)"
        var bytes = try #require(FileManager.default.contents(atPath: copy))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: copy))
        #expect(try prune(before: 1).kept?.contains("archive it first") == true)
        #expect(try archive.copy { _, _, _ in } == [files.segments[0].name], "it is copied again")
        #expect(try prune(before: 1).removed.count == 1)
    }

    /// The folder holds the copies of a journal that was here before.
    @Test mutating func aCopyOfAnotherLogIsNotReplaced() async throws {
        _ = try await fill(days: [0, 50, 51])
        _ = try archive.copy { _, _, _ in }
        try FileManager.default.removeItem(atPath: files.folder)
        samples = JournalSamples(seed: 2)
        _ = try await fill(days: [0, 50, 51])
        let other = BackupError.otherLog(path: "\(copies)/0/\(try files.segments[0].name)")
        #expect(throws: other) { try archive.copy { _, _, _ in } }
        #expect(throws: other) { try prune(before: 1) }
    }

    @Test func aNoteIsReadAsItWasWritten() {
        for to in [nil, Instant(milliseconds: 5)] {
            let note = PrunedNote(last: 7, to: to, sum: String(repeating: "a", count: 64))
            #expect(PrunedNote(note.text) == note)
        }
        #expect(PrunedNote("last 7") == nil)
    }
}

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
        let names = files.segments.map(\.name)
        #expect(try archive.copy { _, _, _ in } == Array(names.prefix(2)))
        #expect(try archive.copy { _, _, _ in }.isEmpty)
        let copied = try FileManager.default.contentsOfDirectory(atPath: copies + "/0").sorted()
        #expect(copied == names.prefix(2).flatMap { [$0, $0 + ".sha256"] }.sorted())
        let copy = try Segment(SegmentFile(folder: copies + "/0", first: 1), nil)
        #expect(try copy.last().batch.kind == .closed)
    }

    @Test mutating func whatIsDamagedIsNotArchived() async throws {
        _ = try await fill(days: [0, 1])
        try tamper("UPDATE batch SET body = body || x'00' WHERE number = 3", in: files.segments.first?.path)
        #expect(throws: JournalError.self) { try archive.copy { _, _, _ in } }
        #expect(throws: JournalError.self) { try prune(before: 9) }
        #expect(files.segments.count == 2)
    }

    @Test mutating func whatIsOldAndArchivedIsPrunedAndReadsAsArchived() async throws {
        let transactions = try await fill(days: [0, 1, 50, 51])
        let names = files.segments.map(\.name)
        var answer = try prune(before: 1)
        #expect(answer.removed.isEmpty && answer.kept?.contains("archive it first") == true)
        _ = try archive.copy { _, _, _ in }
        answer = try prune(before: 1)
        #expect(answer.removed == [names[0]] && answer.kept == nil)
        #expect(try audit().fault == nil)
        #expect(try relay.segments(of: 0).map(\.isPruned) == [true, false, false, false])
        let journal = try #require(try claim())
        let recall = try await journal.recall([.transaction(transactions[0].id), .transaction(transactions[1].id)])
        #expect(recall.unreadable[.transaction(transactions[0].id)]?.contains("was pruned") == true)
        #expect(recall.transactions[transactions[1].id]?.outcome == .approved())
        let reader = try JournalReader(relay, journal: 0)
        #expect(throws: JournalError.archived(path: files.segment(first: 1).path)) {
            try reader.events(of: transactions[0].id)
        }
        answer = try prune(before: 90)
        #expect(answer.removed == [names[1]])
        #expect(answer.kept?.contains("not forgotten yet") == true, "\(answer)")
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
        let copy = "\(copies)/0/\(files.segments[0].name)"
        var bytes = try #require(FileManager.default.contents(atPath: copy))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(filePath: copy))
        #expect(try prune(before: 90).kept?.contains("archive it first") == true)
    }

    @Test func aNoteIsReadAsItWasWritten() {
        for to in [nil, Instant(milliseconds: 5)] {
            let note = PrunedNote(last: 7, to: to, sum: String(repeating: "a", count: 64))
            #expect(PrunedNote(note.text) == note)
        }
        #expect(PrunedNote("last 7") == nil)
    }
}

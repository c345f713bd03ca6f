import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

/// Files of a journal that are gone, or older ones in their place: nothing that was durable is forgotten in silence.
@Suite(.timeLimit(.minutes(2))) struct LostFilesTests: JournalSuite {
    let folder: Folder
    var samples = JournalSamples()

    init() throws { folder = try Folder() }

    /// One open transaction a day; each day has a segment, and the index contains all of them.
    /// - Parameter isIndexed: false: the router was stopped, and no more.
    private mutating func fill(days: Int64 = 3, isIndexed: Bool = true) async throws -> [Transaction] {
        let transactions = (0..<days).map { transaction("key-\($0)", at: now + .seconds($0 * 86_400)) }
        do {
            let journal = try #require(try claim())
            for (number, transaction) in transactions.enumerated() {
                try await journal.commit([opening(transaction, sequence: UInt64(number) + 1)])
            }
        }
        if isIndexed { try buildIndex() }
        #expect(try audit().fault == nil)
        return transactions
    }

    private func buildIndex() throws { try relay.reindex(0) { _, _ in } }

    /// All of a SQLite file that nobody has open.
    private func contents(_ path: String) throws -> Data {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
        return try #require(FileManager.default.contents(atPath: path))
    }

    private func put(_ contents: Data, at path: String) throws {
        try JournalFile.remove(path)
        try contents.write(to: URL(filePath: path))
    }

    private func lose(_ segment: SegmentFile) throws { try JournalFile.remove(segment.path) }

    private func refused() -> JournalError? {
        do {
            _ = try claim()
            return nil
        } catch {
            return error as? JournalError
        }
    }

    // MARK: - A segment

    /// The log would end before it, and what comes behind it would be abandoned.
    @Test(arguments: [0, 1]) mutating func aLostSegmentIsMissedByAll(number: Int) async throws {
        _ = try await fill()
        let segments = try files.segments
        try lose(segments[number])
        let fault = JournalFault(.missing(found: segments[number + 1].first), at: segments[number].first)
        #expect(try audit().fault == fault)
        let error = try #require(throws: JournalError.self) { try buildIndex() }
        #expect("\(error)".contains("batch \(segments[number].first) is missing"), "\(error)")
        #expect(try audit().fault == fault)
        try JournalFile.remove(files.index)
        #expect(try #require(refused()).isDamage)
    }

    /// The index is an old one, of which the start has to read on.
    @Test mutating func aLostSegmentBehindTheMarkIsMissed() async throws {
        do { _ = try #require(try claim()) }
        let old = try contents(files.index)
        _ = try await fill()
        try lose(try files.segments[1])
        try put(old, at: files.index)
        #expect(throws: JournalError.self, "an export would lack what is behind it") {
            try JournalReader(relay, journal: 0)
        }
        #expect(try #require(refused()).isDamage)
    }

    @Test mutating func aSegmentThatDoesNotFollowIsNotGoneOnWith() async throws {
        _ = try await fill()
        try tamper("UPDATE segment SET follows = zeroblob(32)")
        let refusal = try #require(refused())
        #expect("\(refusal)".contains("does not follow"), "\(refusal)")
    }

    // MARK: - The end

    @Test(arguments: [true, false])
    mutating func aLogThatLostItsNewestSegmentIsNotGoneOnWith(isIndexed: Bool) async throws {
        let transactions = try await fill(isIndexed: isIndexed)
        let (segments, seen) = (try files.segments, try LogReader(files).last().row.number)
        try lose(segments[2])
        let fault = JournalFault(.endLost(last: segments[2].first - 1), at: seen)
        #expect(refused() == .endLost(path: files.folder, fault))
        #expect("\(fault)".contains("committed batches are gone"))
        #expect(try files.segments == Array(segments.prefix(2)), "nothing was begun in its place")
        #expect(throws: JournalError.endLost(path: files.folder, fault)) { try buildIndex() }
        #expect(try audit().fault == fault)

        let accepted = try relay.acceptLoss(of: 0, now: now + .seconds(3 * 86_400)) { _, _ in }
        #expect(accepted.fault == fault)
        do {
            let journal = try #require(try claim())
            #expect(journal.recovered.sequence == 2 + accepted.gap && accepted.gap > Restore.gapMin)
            #expect(journal.recovered.term > accepted.gap && journal.recovered.wasRestored)
            #expect(journal.recovered.unfinished.map(\.transaction.id) == transactions.prefix(2).map(\.id))
        }
        #expect(try audit().fault == nil)
        #expect(throws: JournalError.self, "nothing is lost any more") {
            try relay.acceptLoss(of: 0, now: now) { _, _ in }
        }
    }

    /// A small shop's day: too little for the mark to move, or for the WAL to be moved into its segment.
    @Test mutating func aLogThatLostItsNewestWALIsNotGoneOnWith() async throws {
        let (home, day) = (RelayFiles(journals: folder.path + "/killed", registry: ""), now + .seconds(86_400))
        do {
            let journal = try #require(try claim())
            try await journal.commit([opening(transaction("first"), sequence: 1)])
            try await journal.commit([opening(transaction("second", at: day), sequence: 2)])
            try await journal.commit([opening(transaction("third", at: day), sequence: 3)])
            let last = try LogReader(files).last().row.number
            while try IndexLookup(files.index).witness().seen?.head.number != last { await Task.yield() }
            // What a router leaves that is killed now.
            try FileManager.default.createDirectory(atPath: home.journals, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: files.folder, toPath: home.log(0).folder)
        }
        let (killed, last) = (home.log(0), try LogReader(files).last().row.number)
        let newest = try #require(try killed.segments.last)
        try FileManager.default.removeItem(atPath: newest.path + "-wal")
        let left = try LogReader(killed).last().row.number
        #expect(left == newest.first && left < last, "the segment's first batch is in its file")
        let error = JournalError.endLost(path: killed.folder, JournalFault(.endLost(last: left), at: last))
        #expect(throws: error) { try LogJournal.claim(in: home.journals, journals: 1) }
    }

    /// The index was claimed in terms that the log does not have any more, and its mark is before all of them.
    @Test mutating func aLogThatLostItsClaimsIsNotGoneOnWith() async throws {
        do { try await #require(try claim()).commit([opening(transaction("first"), sequence: 1)]) }
        let old = try contents(file)
        for _ in 0..<3 { _ = try #require(try claim()) }
        try tamper("DROP TABLE seen", in: files.index)
        try put(old, at: file)
        let fault = JournalFault(.termsLost(found: 4, last: 1), at: 3)
        for _ in 0..<2 { #expect(refused() == .endLost(path: files.folder, fault)) }
        #expect(throws: JournalError.endLost(path: files.folder, fault)) { try buildIndex() }
        #expect("\(fault)".contains("committed batches are gone"), "\(fault)")
        #expect(try audit().fault == fault)
        let accepted = try relay.acceptLoss(of: 0, now: now) { _, _ in }
        #expect(accepted.fault == fault)
        #expect(try #require(try claim()).recovered.term > accepted.gap)
    }

    /// A start has claimed the index, and failed before it has claimed the log.
    @Test mutating func aStartThatWasCutOffIsNoLoss() async throws {
        do { try await #require(try claim()).commit([opening(transaction("first"), sequence: 1)]) }
        try tamper("UPDATE mark SET term = 2", in: files.index)
        #expect(try #require(try claim()).recovered.term == 2)
    }

    /// Places name durable batches only: a place of another is no damage of the index, to be built anew.
    @Test mutating func aPlaceBehindTheLogsEndIsNoDamageOfTheIndex() async throws {
        let transactions = try await fill()
        let last = try LogReader(files).last().row.number
        try tamper("DROP TABLE seen; UPDATE place SET batch = \(last + 5) WHERE open = 1", in: files.index)
        let error = JournalError.endLost(
            path: files.folder, JournalFault(.endLost(last: last), at: last + 5))
        for _ in 0..<2 { #expect(refused() == error) }
        #expect(try IndexLookup(files.index).batch(of: transactions[0].id) == last + 5, "the proof is still there")
    }

    /// An older copy of the newest segment was put back: by a snapshot of its disk, or by hand.
    @Test mutating func anOlderCopyOfTheNewestSegmentIsNotGoneOnWith() async throws {
        do { try await #require(try claim()).commit([opening(transaction("first"), sequence: 1)]) }
        let old = try contents(file)
        do { try await #require(try claim()).commit([opening(transaction("second"), sequence: 2)]) }
        try buildIndex()
        let index = try contents(files.index)
        try put(old, at: file)
        #expect(refused() == .endLost(path: files.folder, JournalFault(.endLost(last: 3), at: 5)))
        // Without its index it is gone on with, and has other batches of the same numbers.
        try JournalFile.remove(files.index)
        do { try await #require(try claim()).commit([opening(transaction("third"), sequence: 2)]) }
        try put(index, at: files.index)
        #expect(refused() == .endLost(path: files.folder, JournalFault(.endReplaced, at: 5)))
    }

    /// It is not there to be read, so it proves nothing.
    @Test mutating func anIndexThatIsBehindIsNoProof() async throws {
        let transactions = try await fill()
        let old = try contents(files.index)
        do { try await #require(try claim()).commit([concluded(transactions[2], sequence: 4)]) }
        try put(old, at: files.index)
        #expect(try #require(try claim()).recovered.unfinished.count == 2)
    }

    // MARK: - The index

    /// It has places that no log has any more.
    @Test mutating func damageOfTheLogLeavesTheIndex() async throws {
        let transactions = try await fill()
        try tamper("UPDATE batch SET body = x'01' WHERE number = 3", in: try files.segments[0].path)
        let refusal = try #require(refused())
        #expect(refusal.isDamage && "\(refusal)".contains("batch 3 was changed"), "\(refusal)")
        #expect(throws: JournalError.self) { try buildIndex() }
        #expect(try IndexLookup(files.index).batch(of: transactions[0].id) == 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: files.folder)
        #expect(names.contains("index.db"))
    }

    /// A start that fails writes nothing, however often it is tried.
    @Test mutating func aStartThatFailsLeavesTheLogAsItIs() async throws {
        _ = try await fill()
        let last = try LogReader(files).last().row.number
        try tamper("UPDATE batch SET body = x'01' WHERE number = 3", in: try files.segments[0].path)
        for _ in 0..<3 { #expect(refused() != nil) }
        #expect(try LogReader(files).last().row.number == last)
    }

    // MARK: - Folders

    /// Power failed when one of two journals was in its place: the other would be begun anew.
    @Test func whatIsHalfRestoredIsNotGoneOnWith() throws {
        do { _ = try #require(try claim(journals: 2)) }
        let left = folder.path + "/1.restoring"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        #expect("\(try #require(throws: JournalError.self) { try claim(journals: 2) })".contains("restore again"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/1"))
        try FileManager.default.removeItem(atPath: left)
        #expect(try claim(journals: 2) != nil)
    }

    /// As if the process had no file descriptor left.
    @Test mutating func aFolderThatCannotBeListedIsNotEmpty() async throws {
        let transactions = try await fill()
        let reader = try LogReader(files)
        let (moved, manager) = (folder.path + "/moved", FileManager.default)
        try manager.moveItem(atPath: files.folder, toPath: moved)
        try Data().write(to: URL(filePath: files.folder))
        #expect(throws: JournalError.self) { try reader.allSegments() }
        #expect(throws: JournalError.self) { try LogReader(files) }
        #expect(throws: JournalError.self) { try relay.numbers }
        #expect(throws: JournalError.self) { try Backup(of: relay, to: folder.path + "/backup.tar").write(now: now) }
        #expect(throws: JournalError.self) { try claim() }
        try manager.removeItem(atPath: files.folder)
        try manager.moveItem(atPath: moved, toPath: files.folder)
        #expect(
            try reader.transaction(transactions[0].id, in: 3).id == transactions[0].id, "what was known stays known")
        #expect(try claim() != nil)
    }
}

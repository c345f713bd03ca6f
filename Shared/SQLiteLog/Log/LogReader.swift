import Foundation
import RelayDomain
import RelayJournal

/// Reads a journal's log beside the router that writes it.
final class LogReader: LogReading {
    /// How many segments stay open.
    private static let openMax = 8
    /// How many batches one look takes, so that it does not hold checkpoints up.
    private static let look = 200

    private let files: LogFiles
    private var segments: [SegmentFile]
    /// Those of which a note is left.
    private var pruned: [SegmentFile]
    /// The last batch of each of them that was asked for.
    private var noted: [SegmentFile: UInt64] = [:]
    private var open: [Segment] = []
    /// Batches that were read last: transactions that came together are read together.
    private var recent: [UInt64: Batch] = [:]
    private var recentBytes = 0
    /// How many bytes of them are kept; a single one may have more.
    private static let recentBytesMax = 4 << 20

    /// The journal's folder, for errors.
    var folder: String { files.folder }

    /// - Throws: ``JournalError/failed(path:reason:)`` if the folder cannot be listed.
    init(_ files: LogFiles) throws {
        self.files = files
        (segments, pruned) = try files.listed()
    }

    /// - Throws: ``JournalError/archived(path:)`` if its segment was pruned; ``JournalError/damaged(path:what:)`` if it
    ///   is not in its segment, or cannot be read.
    func batch(_ number: UInt64) throws -> Batch {
        if let batch = recent[number] { return batch }
        guard let row = try row(number) else {
            throw JournalError.damaged(path: files.folder, what: "batch \(number) is missing")
        }
        try check(row, follows: try hash(of: number - 1))
        let batch = try read(row)
        if recentBytes + row.body.count > Self.recentBytesMax { (recent, recentBytes) = ([:], 0) }
        recent[number] = batch
        recentBytes += row.body.count
        return batch
    }

    /// - Throws: ``JournalError`` if it is no batch that this build knows.
    func read(_ row: Segment.Row) throws -> Batch {
        do {
            return try Batch(row.body)
        } catch {
            throw unreadable(error, "batch \(row.number)")
        }
    }

    /// The hash of a batch, or what the first segment says of the one before it; nil if there is none.
    func hash(of number: UInt64) throws -> [UInt8]? {
        guard let first = segments.first, number + 1 >= first.first else { return nil }
        return number + 1 == first.first ? try opened(first).header.follows : try row(number)?.hash
    }

    func batches(after number: UInt64, _ body: (Batch, LogHead) throws -> Void) throws {
        var former: [UInt8]?
        try rows(after: number) { row in
            try check(row, follows: try former ?? hash(of: row.number - 1))
            former = row.hash
            try body(try read(row), row.head)
        }
    }

    /// A changed byte may well read as another transaction, so what is gone on with is held against its hash.
    private func check(_ row: Segment.Row, follows former: [UInt8]?) throws {
        guard let former, LogHead(number: row.number - 1, hash: former).hash(next: row.body) == row.hash else {
            throw JournalError.damaged(path: files.folder, what: "batch \(row.number) was changed")
        }
    }

    /// All rows behind a batch, in order, as far as the log reaches meanwhile. Those that were pruned are left out.
    /// - Throws: ``JournalError/damaged(path:what:)`` if a segment between is missing.
    func rows(after number: UInt64, _ body: (Segment.Row) throws -> Void) throws {
        let first = segments.first?.first ?? 1
        if number + 1 < first, let fault = try faultBeforeFirst() { throw fault.error(path: files.folder) }
        var next = max(number + 1, first)
        while let file = segments.last(where: { $0.first <= next }) {
            let rows = try opened(file).rows(from: next, most: Self.look)
            for row in rows {
                guard row.number == next else {
                    throw JournalError.damaged(path: file.path, what: "batch \(next) is missing")
                }
                try body(row)
                next += 1
            }
            guard rows.isEmpty, try !looksAgain() else { continue }
            guard !segments.contains(where: { $0.first > next }) else { throw Self.missing(next, in: files) }
            return
        }
    }

    /// The segments, oldest first.
    func allSegments() throws -> [SegmentFile] {
        _ = try looksAgain()
        return segments
    }

    /// The first batch before the first segment that no note of a pruned one names; nil if all are accounted for.
    func faultBeforeFirst() throws -> JournalFault? {
        guard let first = segments.first?.first else { return nil }
        var next: UInt64 = 1
        for file in pruned where file.first < first {
            guard file.first == next else { break }
            next = try PrunedNote(of: file).last &+ 1
        }
        return next == first ? nil : JournalFault(.missing(found: first), at: next)
    }

    /// A segment, to read it.
    func opened(_ file: SegmentFile) throws -> Segment {
        if let index = open.firstIndex(where: { $0.file == file }) { return open[index] }
        guard FileManager.default.fileExists(atPath: file.path) else {
            _ = try looksAgain()
            throw try absent(file.first)
        }
        if open.count == Self.openMax { open.removeFirst() }
        let segment = try Segment(file, nil)
        open.append(segment)
        return segment
    }

    /// The newest batch's number; 0 if it cannot be read.
    func lastNumber() throws -> UInt64 {
        _ = try looksAgain()
        return try segments.last.flatMap { try opened($0).lastNumber() } ?? 0
    }

    /// The newest batch.
    func last() throws -> (row: Segment.Row, batch: Batch) {
        _ = try looksAgain()
        guard let newest = segments.last else {
            throw JournalError.damaged(path: files.folder, what: "its log is missing")
        }
        return try opened(newest).last()
    }

    private func row(_ number: UInt64) throws -> Segment.Row? {
        repeat {
            guard let file = segments.last(where: { $0.first <= number }) else { throw try absent(number) }
            if let row = try opened(file).row(number) { return row }
        } while try looksAgain()
        return nil
    }

    /// Why a batch before the first segment is not here.
    func absent(_ number: UInt64) throws -> JournalError {
        guard let file = pruned.last(where: { $0.first <= number }) else { return Self.missing(number, in: files) }
        let last = try noted[file] ?? PrunedNote(of: file).last
        noted[file] = last
        return number <= last ? .archived(path: file.path) : Self.missing(number, in: files)
    }

    private static func missing(_ number: UInt64, in files: LogFiles) -> JournalError {
        .damaged(path: files.folder, what: "the segment of batch \(number) is missing")
    }

    /// Lists the segments again, and closes those that are gone, whose disk is free then.
    /// - Returns: whether there is a new one, or one is gone.
    /// - Throws: ``JournalError/failed(path:reason:)``; what was known stays known.
    private func looksAgain() throws -> Bool {
        let former = segments
        (segments, pruned) = try files.listed()
        open.removeAll { !segments.contains($0.file) }
        return segments != former
    }
}

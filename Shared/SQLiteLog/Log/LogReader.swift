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
    private var open: [Segment] = []
    /// Batches that were read last: transactions that came together are read together.
    private var recent: [UInt64: Batch] = [:]
    private var recentBytes = 0
    /// How many bytes of them are kept; a single one may have more.
    private static let recentBytesMax = 4 << 20

    /// The journal's folder, for errors.
    var folder: String { files.folder }

    init(_ files: LogFiles) {
        self.files = files
        segments = files.segments
    }

    /// - Throws: ``JournalError/archived(path:)`` if its segment was pruned; ``JournalError/damaged(path:what:)`` if it
    ///   is not in its segment, or cannot be read.
    func batch(_ number: UInt64) throws -> Batch {
        if let batch = recent[number] { return batch }
        guard let row = try row(number) else {
            throw JournalError.damaged(path: files.folder, what: "batch \(number) is missing")
        }
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
        try rows(after: number) { row in try body(try read(row), row.head) }
    }

    /// All rows behind a batch, in order, as far as the log reaches meanwhile.
    func rows(after number: UInt64, _ body: (Segment.Row) throws -> Void) throws {
        var next = max(number + 1, segments.first?.first ?? 1)
        while let file = segments.last(where: { $0.first <= next }) {
            let rows = try opened(file).rows(from: next, most: Self.look)
            for row in rows {
                guard row.number == next else {
                    throw JournalError.damaged(path: file.path, what: "batch \(next) is missing")
                }
                try body(row)
                next += 1
            }
            if rows.isEmpty, !looksAgain() { return }
        }
    }

    /// The segments, oldest first.
    func allSegments() -> [SegmentFile] {
        _ = looksAgain()
        return segments
    }

    /// A segment, to read it.
    func opened(_ file: SegmentFile) throws -> Segment {
        if let index = open.firstIndex(where: { $0.file == file }) { return open[index] }
        guard FileManager.default.fileExists(atPath: file.path) else { throw absent(file.first) }
        if open.count == Self.openMax { open.removeFirst() }
        let segment = try Segment(file, nil)
        open.append(segment)
        return segment
    }

    /// The newest batch's number; 0 if it cannot be read.
    func lastNumber() throws -> UInt64 {
        _ = looksAgain()
        return try segments.last.flatMap { try opened($0).lastNumber() } ?? 0
    }

    /// The newest batch.
    func last() throws -> (row: Segment.Row, batch: Batch) {
        _ = looksAgain()
        guard let newest = segments.last else {
            throw JournalError.damaged(path: files.folder, what: "its log is missing")
        }
        return try opened(newest).last()
    }

    private func row(_ number: UInt64) throws -> Segment.Row? {
        repeat {
            guard let file = segments.last(where: { $0.first <= number }) else { throw absent(number) }
            if let row = try opened(file).row(number) { return row }
        } while looksAgain()
        return nil
    }

    private func absent(_ number: UInt64) -> JournalError {
        if let file = files.pruned.last(where: { $0.first <= number }) { return .archived(path: file.path) }
        return .damaged(path: files.folder, what: "the segment of batch \(number) is missing")
    }

    /// Lists the segments again, and closes those that are gone, whose disk is free then.
    /// - Returns: whether there is a new one, or one is gone.
    private func looksAgain() -> Bool {
        let former = segments
        segments = files.segments
        open.removeAll { !segments.contains($0.file) }
        return segments != former
    }
}

import Foundation
import RelayDomain
import RelayJournal

/// What `baton journal segments` says of a segment.
public struct SegmentReport: Hashable, Sendable {
    public let journal: UInt8
    /// The file's name.
    public let name: String
    /// Its first and its last batch.
    public let batches: ClosedRange<UInt64>
    /// The wall time of the last event before it, and of its own last one; nil if there was none.
    public let from, to: Instant?
    /// The file's size, without what is still in its WAL.
    public let bytes: Int64
    /// Whether it takes no more batches.
    public let isClosed: Bool
    /// Whether only a note is left: the copy is where it was archived.
    public let isPruned: Bool
}

extension RelayFiles {
    /// The segments of a journal, oldest first.
    /// - Throws: ``JournalError`` if one cannot be read.
    public func segments(of journal: UInt8) throws -> [SegmentReport] {
        let files = log(journal)
        let listed = try files.listed()
        let pruned = try listed.pruned.map { file in
            let note = try PrunedNote(of: file)
            return SegmentReport(
                journal: journal, name: file.name, batches: file.first...max(file.first, note.last), from: nil,
                to: note.to, bytes: 0, isClosed: true, isPruned: true)
        }
        let present = try listed.segments.map { file in
            let segment = try Segment(file, nil)
            let (row, last) = try segment.last()
            let first = try segment.row(file.first).flatMap { try? Batch($0.body) }
            return SegmentReport(
                journal: journal, name: file.name, batches: file.first...row.number,
                from: first?.standing.at?.wall, to: last.standing.at?.wall, bytes: JournalFile.bytes(of: file.path),
                isClosed: last.kind == .closed, isPruned: false)
        }
        return pruned + present
    }
}

/// What is left of a pruned segment: its last batch, when its last event was, and the SHA-256 of the archived copy.
struct PrunedNote: Hashable {
    let last: UInt64
    let to: Instant?
    let sum: String

    init(last: UInt64, to: Instant?, sum: String) { (self.last, self.to, self.sum) = (last, to, sum) }

    /// - Throws: ``JournalError/damaged(path:what:)``, ``JournalError/failed(path:reason:)``.
    init(of file: SegmentFile) throws {
        let text = try JournalFile.failing(file.prunedPath) {
            try String(contentsOfFile: file.prunedPath, encoding: .utf8)
        }
        guard let note = PrunedNote(text) else {
            throw JournalError.damaged(path: file.prunedPath, what: "it is no note of a pruned segment")
        }
        self = note
    }

    /// - Returns: nil unless the text is what ``text`` writes.
    init?(_ text: String) {
        let words = text.split(separator: "\n").map { $0.split(separator: " ") }
        guard words.count == 3, words.allSatisfy({ $0.count == 2 }), let last = UInt64(words[0][1]),
            words[2][1].utf8.count == 64
        else { return nil }
        self.init(last: last, to: Int64(words[1][1]).map(Instant.init(milliseconds:)), sum: String(words[2][1]))
    }

    var text: String { "last \(last)\nto \(to.map { String($0.milliseconds) } ?? "-")\nsha256 \(sum)\n" }
}

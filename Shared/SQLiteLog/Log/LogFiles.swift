import Foundation
import RelayJournal

/// The files of one journal: `<number>/log-<first batch>.db`, one a segment, `<number>/index.db`, and the lock beside
/// the folder.
struct LogFiles: Hashable, Sendable {
    /// `$BATON_HOME/journals`.
    let journals: String
    let number: UInt8
    let folder: String

    /// - Parameter folder: where it is while it is being restored.
    init(journals: String, number: UInt8, folder: String? = nil) {
        (self.journals, self.number) = (journals, number)
        self.folder = folder ?? "\(journals)/\(number)"
    }

    var lock: String { "\(journals)/\(number).lock" }
    static let indexName = "index.db"
    var index: String { "\(folder)/\(Self.indexName)" }
    /// The one file of a journal before its log had segments.
    var formerFile: String { "\(journals)/\(number).db" }

    /// The segments, oldest first; none if the folder cannot be listed.
    var segments: [SegmentFile] { named(SegmentFile.suffix) }

    /// The segments that were pruned, of which a note is left.
    var pruned: [SegmentFile] { named(SegmentFile.prunedSuffix) }

    private func named(_ suffix: String) -> [SegmentFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { SegmentFile(folder: folder, name: $0, suffix: suffix) }.sorted { $0.first < $1.first }
    }

    func segment(first: UInt64) -> SegmentFile { SegmentFile(folder: folder, first: first) }

    /// Makes the folder, and removes what a claim that was cut off left there.
    func prepare() throws {
        try JournalFile.failing(folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where name.contains(SegmentFile.unfinished) {
                unlink("\(folder)/\(name)")
            }
        }
        try FileManager.default.synchronize(folder: journals)
    }
}

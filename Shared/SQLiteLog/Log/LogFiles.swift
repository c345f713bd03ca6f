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
    /// An index while it is built.
    var indexDraft: String { index + SegmentFile.unfinished }
    /// The one file of a journal before its log had segments.
    var formerFile: String { "\(journals)/\(number).db" }

    /// The segments, oldest first; none if there is no folder.
    /// - Throws: ``JournalError/failed(path:reason:)`` if it cannot be listed: what is in it is not known then.
    var segments: [SegmentFile] { get throws { try listed().segments } }

    /// The segments, and those that were pruned, of which a note is left; each oldest first.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    func listed() throws -> (segments: [SegmentFile], pruned: [SegmentFile]) {
        let names = try Self.names(in: folder)
        func named(_ suffix: String) -> [SegmentFile] {
            names.compactMap { SegmentFile(folder: folder, name: $0, suffix: suffix) }.sorted { $0.first < $1.first }
        }
        let segments = named(SegmentFile.suffix)
        // A crash while one was pruned left both: it is there as long as its file is.
        return (segments, named(SegmentFile.prunedSuffix).filter { !segments.contains($0) })
    }

    /// The names in a folder; none if it does not exist.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch CocoaError.fileReadNoSuchFile {
            return []
        } catch {
            throw JournalError.failed(path: folder, reason: "it cannot be listed: \(error)")
        }
    }

    func segment(first: UInt64) -> SegmentFile { SegmentFile(folder: folder, first: first) }

    /// Refuses to go on where a restore was interrupted: of the journals that belong together only some are in place.
    /// The caller has a journal's lock, so that none is under way.
    /// - Throws: ``JournalError/failed(path:reason:)``.
    func refuseHalfRestored() throws {
        guard let left = try Self.names(in: journals).first(where: { $0.hasSuffix(Self.restoring) }) else { return }
        throw JournalError.failed(
            path: "\(journals)/\(left)",
            reason: "a restore was interrupted; move the home's journals and registry aside and restore again")
    }

    /// Ends the name of what is being restored.
    static let restoring = ".restoring"

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
        try JournalFile.synchronize(folder: journals)
    }
}

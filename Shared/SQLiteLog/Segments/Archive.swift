import Crypto
import Foundation
import RelayDomain
import RelayJournal

/// Copies a journal's closed segments to a folder, verified, and prunes those that are no longer needed here.
public struct Archive {
    private let files: LogFiles
    private let relay: RelayFiles
    private let folder: String

    /// - Parameter folder: of the copies; each journal has a folder in it.
    public init(of relay: RelayFiles, journal: UInt8, to folder: String) {
        (self.relay, files) = (relay, relay.log(journal))
        self.folder = "\(folder)/\(journal)"
    }

    private func path(of segment: SegmentFile) -> String { "\(folder)/\(segment.name)" }
    private func sumPath(of segment: SegmentFile) -> String { path(of: segment) + ".sha256" }

    /// Copies the closed segments that are not there yet, or not whole, once the whole log is verified.
    /// - Parameter progress: called with the present step, its finished parts, and all its parts.
    /// - Returns: the names of the copied segments.
    /// - Throws: ``JournalError``, ``BackupError``.
    public func copy(_ progress: (String, UInt64, UInt64) throws -> Void) throws -> [String] {
        try verify(progress)
        try JournalFile.failing(folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let closed = try relay.segments(of: files.number).filter { $0.isClosed && !$0.isPruned }
        let missing = try closed.map { files.segment(first: $0.batches.lowerBound) }.filter { try !isArchived($0) }
        for segment in missing {
            let part = path(of: segment) + ".part"
            defer { try? JournalFile.remove(part) }
            try Backup.copy(segment.path, to: part) { try progress("copying \(segment.name)", $0, $1) }
            try JournalFile.synchronize(file: part)
            let sum = try Self.sum(of: part)
            guard rename(part, path(of: segment)) == 0 else {
                throw BackupError.file(path: path(of: segment), reason: String(cString: strerror(errno)))
            }
            // The sum comes last: a copy without one is made again.
            try Data("\(sum)  \(segment.name)\n".utf8).write(to: URL(filePath: sumPath(of: segment)), options: .atomic)
            try JournalFile.synchronize(file: sumPath(of: segment))
            try JournalFile.synchronize(folder: folder)
        }
        return missing.map(\.name)
    }

    /// Removes the closed segments that ended before an instant, the oldest first, up to the first one that is still
    /// needed. A note is left of each, so that what was in it reads as archived.
    /// - Returns: the names of the removed segments, and why the next one has to stay; nil if all that are old went.
    /// - Throws: ``JournalError``, ``BackupError``.
    public func prune(
        before limit: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> (removed: [String], kept: String?) {
        try verify(progress)
        var removed: [String] = []
        for segment in try files.segments {
            guard let (last, note) = try need(of: segment, before: limit) else { break }
            if let note { return (removed, "\(segment.name) \(note)") }
            let sum = try Self.sum(of: path(of: segment))
            let text = PrunedNote(last: last.number, to: last.at, sum: sum).text
            try Data(text.utf8).write(to: URL(filePath: segment.prunedPath), options: .atomic)
            try JournalFile.synchronize(file: segment.prunedPath)
            try JournalFile.synchronize(folder: files.folder)
            try JournalFile.remove(segment.path)
            removed.append(segment.name)
        }
        return (removed, nil)
    }

    private func verify(_ progress: (String, UInt64, UInt64) throws -> Void) throws {
        var audit = try LogAudit(files)
        if let fault = try audit.run({ try progress("verifying journal \(files.number)", $0, $1) }).fault {
            throw fault.error(path: files.folder)
        }
    }

    /// Why a segment has to stay, if it has to; nil if it is not old enough, and so are all behind it.
    private func need(
        of segment: SegmentFile, before limit: Instant
    ) throws -> (last: (number: UInt64, at: Instant?), reason: String?)? {
        let reader = try LogReader(files)
        let (row, batch) = try reader.opened(segment).last()
        let last = (row.number, batch.standing.at?.wall)
        guard batch.kind == .closed else { return nil }
        guard let at = batch.standing.at?.wall, at < limit else { return nil }
        let journal = try JournalReader(relay, journal: files.number)
        guard try journal.mark() >= row.number else { return (last, "is not in the index yet; try again later") }
        guard try isArchived(segment) else { return (last, "is not in \(folder); archive it first") }
        let today = Retention(elapsed: try reader.last().batch.standing.elapsed).today
        return (last, try SegmentNeed(segment, reader, journal, today: today).reason)
    }

    /// Whether the copy is there and whole.
    /// - Throws: ``BackupError/otherLog(path:)`` if it does not hold the same batches.
    private func isArchived(_ segment: SegmentFile) throws -> Bool {
        guard let noted = try? String(contentsOfFile: sumPath(of: segment), encoding: .utf8),
            let sum = try? Self.sum(of: path(of: segment)), noted == "\(sum)  \(segment.name)\n"
        else { return false }
        let copy = try Segment(SegmentFile(folder: folder, first: segment.first), nil)
        let (there, here) = (try copy.last().row, try Segment(segment, nil).last().row)
        guard there.number == here.number, there.hash == here.hash else {
            throw BackupError.otherLog(path: path(of: segment))
        }
        return true
    }

    /// The SHA-256 of a file, in hexadecimal digits.
    private static func sum(of path: String) throws -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw BackupError.file(path: path, reason: String(cString: strerror(errno)))
        }
        defer { try? file.close() }
        var hasher = SHA256()
        while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { hasher.update(data: bytes) }
        return hasher.finalize().withUnsafeBytes { Data($0) }.hexadecimal
    }
}

/// Whether a router may still need what is in a segment.
private struct SegmentNeed {
    let reason: String?

    init(_ segment: SegmentFile, _ reader: LogReader, _ journal: JournalReader, today: Int64) throws {
        let rows = try reader.opened(segment)
        let last = try rows.last().row.number
        for number in segment.first...last {
            for entry in try reader.batch(number).entries {
                let days = [entry.opening?.key.day, entry.used?.day].compactMap(\.self)
                guard days.allSatisfy({ $0 < today }) else {
                    reason = "made keys and codes known that are not forgotten yet"
                    return
                }
                if let open = try Self.open(entry, number, reader, journal, last) {
                    reason = "is still needed by transaction \(open)"
                    return
                }
            }
        }
        reason = nil
    }

    /// The transaction, if it is open or has a mark that a person has to close.
    private static func open(
        _ entry: EntryRecord, _ number: UInt64, _ reader: LogReader, _ journal: JournalReader, _ last: UInt64
    ) throws -> TransactionID? {
        guard let place = try journal.lastBatch(of: entry.id), place == number || place > last else { return nil }
        let transaction = try reader.transaction(entry.id, in: place)
        return transaction.isOpen || !transaction.reconciliation.isEmpty ? entry.id : nil
    }
}

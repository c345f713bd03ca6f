import Foundation
import GRDB
import JSONText
import RelayDomain
import RelayJournal

/// Copies all journals and the registry to one file while their routers write.
///
/// Each file is copied as it was at one moment: SQLite's online backup inside one read transaction. Of a journal the
/// index comes first, so that the log has all that it names; then the segments, oldest first, and for each that was
/// pruned its note: without it, what the segment held would be missing instead of archived. The registry comes last, so
/// that it knows all that the journals name. Keys are not in it.
struct Backup {
    /// Pages between two words about the progress: 8 MiB.
    private static let pagesPerStep: CInt = 2_048

    private let files: RelayFiles
    private let target: String

    /// - Parameter target: the file to be made.
    init(of files: RelayFiles, to target: String) {
        self.files = files
        self.target = target
    }

    /// Makes the backup; it appears under its name when it is whole and on the disk.
    /// - Parameters:
    ///   - now: what the clock says; a restore counts from then.
    ///   - progress: told what is done, the parts of it done so far, and all parts.
    /// - Throws: ``BackupError``, ``JournalError``; whatever `progress` throws.
    func write(
        now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void = { _, _, _ in }
    ) throws -> BackupSummary {
        guard !FileManager.default.fileExists(atPath: target) else { throw BackupError.exists(path: target) }
        let numbers = try files.numbers
        guard !numbers.isEmpty else { throw BackupError.noJournals(folder: files.journals) }
        let (part, copy) = (target + ".part", target + ".part.db")
        defer { for leftover in [part, copy] { try? JournalFile.remove(leftover) } }
        let archive = try TarWriter(part, at: now.milliseconds / 1_000)
        try archive.add(RelayFiles.Member.label, text: BackupLabel(made: now).text)
        var (sums, bytes): (String, UInt64) = ("", 0)
        func pack(_ member: RelayFiles.Member, _ source: String, isNote: Bool = false) throws {
            if !isNote { try Self.copy(source, to: copy) { try progress("copying \(member.name)", $0, $1) } }
            let sum = try archive.add(member.name, file: isNote ? source : copy) {
                bytes += $0 == $1 ? $1 : 0
                try progress("packing \(member.name)", $0, $1)
            }
            sums += "\(sum)  \(member.name)\n"
        }
        for number in numbers { try Self.files(of: number, files.log(number)) { try pack($0, $1, isNote: $2) } }
        if FileManager.default.fileExists(atPath: files.registry) { try pack(.registry, files.registry) }
        try archive.add(RelayFiles.Member.sums, text: sums)
        try archive.finish()
        guard rename(part, target) == 0 else {
            throw BackupError.file(path: target, reason: String(cString: strerror(errno)))
        }
        try JournalFile.synchronize(folder: (target as NSString).deletingLastPathComponent)
        return BackupSummary(journals: numbers.count, bytes: bytes)
    }

    /// A journal's files, in the order in which they are to be copied.
    private static func files(
        of number: UInt8, _ files: LogFiles, _ pack: (RelayFiles.Member, String, _ isNote: Bool) throws -> Void
    ) throws {
        if FileManager.default.fileExists(atPath: files.index) {
            try pack(.journal(number, file: LogFiles.indexName), files.index, false)
        }
        var (last, isNewest): (UInt64, Bool) = (0, false)
        // The one that is the newest when its copy begins is the last: the router may close it meanwhile, and what it
        // writes into the next one does not follow the copy.
        while !isNewest {
            let listed = try files.listed()
            let behind = (listed.segments + listed.pruned).filter { $0.first > last }
            guard let next = behind.min(by: { $0.first < $1.first }) else { return }
            try listed.pruned.contains(next)
                ? pack(.journal(number, file: next.prunedName), next.prunedPath, true)
                : pack(.journal(number, file: next.name), next.path, false)
            (last, isNewest) = (next.first, next == listed.segments.last)
        }
    }

    /// Copies a SQLite file as it is at one moment. The copy needs no second file beside it.
    static func copy(_ source: String, to target: String, _ progress: (UInt64, UInt64) throws -> Void) throws {
        try JournalFile.remove(target)
        guard FileManager.default.createFile(atPath: target, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw BackupError.file(path: target, reason: "cannot be made") }
        let from = try JournalFile.openToRead(source)
        try JournalFile.failing(source) {
            let to = try DatabaseQueue(path: target)
            try from.read { snapshot in
                // The transaction's first read: what routers commit from now on is not in the copy, nor does it disturb
                // it.
                _ = try Int.fetchOne(snapshot, sql: "SELECT count(*) FROM sqlite_master")
                try to.writeWithoutTransaction { copy in
                    try copy.execute(sql: "PRAGMA synchronous = OFF")
                    try withoutActuallyEscaping(progress) { progress in
                        try snapshot.backup(to: copy, pagesPerStep: pagesPerStep) {
                            try progress(UInt64($0.completedPageCount), UInt64($0.totalPageCount))
                        }
                    }
                    try copy.execute(sql: "PRAGMA journal_mode = DELETE")
                }
            }
            try to.close()
        }
    }
}

/// The first member of a backup.
struct BackupLabel: Hashable {
    private static let format = "baton-backup 2"
    let made: Instant

    init(made: Instant) { self.made = made }

    /// - Returns: nil unless the text is what ``text`` writes.
    init?(_ text: String) {
        let lines = text.split(separator: "\n")
        guard lines.count >= 2, lines[0] == Self.format, let made = Int64(lines[1].split(separator: " ").last ?? "")
        else { return nil }
        self.made = Instant(milliseconds: made)
    }

    var text: String { "\(Self.format)\nmade \(made.text) \(made.milliseconds)\n" }
}

extension Instant {
    /// RFC 3339 in UTC.
    var text: String { RFC3339.text(milliseconds: milliseconds) }
}

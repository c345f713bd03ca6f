import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// Puts a backup's files into a home that has none.
///
/// What was handed out after the backup must not be handed out again: each journal gets an event of its own that leaves
/// a gap in the sequence, from which reference numbers are made, and its term grows by as much. The registry's version
/// jumps too.
public struct Restore {
    /// What was restored.
    public struct Summary: Hashable, Sendable {
        public let journals: [UInt8]
        /// When the backup was begun.
        public let made: Instant
        /// How many sequences were left out in each journal.
        public let gap: UInt64
    }

    /// The gap is at least so long …
    public static let gapMin: UInt64 = 10_000_000
    /// … and so much longer for each second since the backup: the events of 500 transactions.
    public static let gapPerSecond: UInt64 = 2_000
    /// The largest gap that an operator can ask for.
    public static let gapAskedMax: UInt64 = 1_000_000_000
    /// How many versions of the registry are left out.
    private static let versionGap = 1_000

    /// What waits beside its place: a journal's folder, or the registry.
    private struct Unpacked: Hashable {
        let journal: UInt8?
        let place: String
        var path: String { place + LogFiles.restoring }
    }

    private let files: RelayFiles
    private let source: String

    /// - Parameter source: the file that ``Backup`` has written.
    public init(of source: String, to files: RelayFiles) {
        self.source = source
        self.files = files
    }

    /// Restores all files, or none.
    /// - Parameters:
    ///   - gap: more sequences to leave out than the time since the backup calls for.
    ///   - progress: told what is done, the parts of it done so far, and all parts.
    /// - Throws: ``BackupError``, ``JournalError``; whatever `progress` throws.
    public func run(
        now: Instant, gap wanted: UInt64 = 0, _ progress: (String, UInt64, UInt64) throws -> Void = { _, _, _ in }
    ) throws -> Summary {
        try JournalFile.failing(files.journals) {
            try FileManager.default.createDirectory(
                atPath: files.journals, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let claim = try HomeClaim(files)  // A router that starts now is a standby until the restore is through.
        defer { withExtendedLifetime(claim) {} }
        try checkEmpty()
        let archive = try TarReader(source)
        guard let first = try archive.next(), first.name == RelayFiles.Member.label,
            let label = BackupLabel(try archive.text(first))
        else { throw BackupError.noBackup(path: source, reason: "`baton journal backup` did not write it") }
        var unpacked: [Unpacked] = []
        defer { for one in unpacked { try? FileManager.default.removeItem(atPath: one.path) } }
        try unpack(archive, &unpacked, progress)
        let gap = max(wanted, Self.gap(since: label.made, now: now))
        for one in unpacked {
            guard let number = one.journal else {
                try renew(registry: one.path)
                continue
            }
            try renew(LogFiles(journals: files.journals, number: number, folder: one.path), label, gap: gap, now: now) {
                try progress("verifying journal \(number)", $0, $1)
            }
        }
        try put(unpacked)
        return Summary(journals: try files.numbers, made: label.made, gap: gap)
    }

    /// How many sequences are left out, if what was handed out since then is not known.
    static func gap(since then: Instant, now: Instant) -> UInt64 {
        gapMin + gapPerSecond * UInt64(max(0, (now - then).milliseconds / 1_000))
    }

    /// Looks whether nothing is where the files shall stand, nor what SQLite would run into them.
    /// - Throws: ``BackupError/homeNotEmpty(path:)``, ``BackupError/leftover(path:)``.
    private func checkEmpty() throws {
        let manager = FileManager.default
        let numbers = 0...TransactionID.journalMax
        let places = numbers.map { files.log($0).folder } + numbers.map { files.log($0).formerFile } + [files.registry]
        if let place = places.first(where: { manager.fileExists(atPath: $0) }) {
            throw BackupError.homeNotEmpty(path: place)
        }
        let besides = JournalFile.sidecars.map { files.registry + $0 }
        if let leftover = besides.first(where: { manager.fileExists(atPath: $0) }) {
            throw BackupError.leftover(path: leftover)
        }
    }

    /// Unpacks the files beside their places and looks whether they are what the backup wrote.
    private func unpack(
        _ archive: TarReader, _ unpacked: inout [Unpacked], _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws {
        var sums = ""
        while let member = try archive.next() {
            if member.name == RelayFiles.Member.sums {
                // As long as the sums of what was unpacked, however many there are.
                let most = UInt64(sums.utf8.count)
                guard member.size == most, try archive.text(member, most: most) == sums, !unpacked.isEmpty else {
                    throw BackupError.noBackup(path: source, reason: "a file's SHA-256 is not the one that was noted")
                }
                return
            }
            guard let file = RelayFiles.Member(name: member.name) else {
                throw BackupError.noBackup(path: source, reason: "it holds \(member.name)")
            }
            let sum = try archive.extract(member, to: try place(file, &unpacked)) {
                try progress("unpacking \(member.name)", $0, $1)
            }
            sums += "\(sum)  \(member.name)\n"
        }
        throw BackupError.noBackup(path: source, reason: "it has no \(RelayFiles.Member.sums)")
    }

    /// Where a member of the backup is unpacked. What a restore left that was cut off is removed before: SQLite would
    /// run it into the files.
    private func place(_ member: RelayFiles.Member, _ unpacked: inout [Unpacked]) throws -> String {
        let one: Unpacked
        switch member {
        case .registry: one = Unpacked(journal: nil, place: files.registry)
        case .journal(let number, _): one = Unpacked(journal: number, place: files.log(number).folder)
        }
        if !unpacked.contains(one) {
            unpacked.append(one)
            try JournalFile.failing(one.path) {
                if case .registry = member { try JournalFile.remove(one.path) }
                if FileManager.default.fileExists(atPath: one.path) {
                    try FileManager.default.removeItem(atPath: one.path)
                }
                guard one.journal != nil else { return }
                try FileManager.default.createDirectory(
                    atPath: one.path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            }
        }
        switch member {
        case .registry: return one.path
        case .journal(_, let file): return "\(one.path)/\(file)"
        }
    }

    /// Verifies a journal and lets it go on where nothing was before.
    private func renew(
        _ files: LogFiles, _ label: BackupLabel, gap: UInt64, now: Instant, _ progress: (UInt64, UInt64) throws -> Void
    ) throws {
        var audit = try LogAudit(files)
        if let fault = try audit.run(progress).fault {
            throw BackupError.noBackup(path: source, reason: fault.description)
        }
        try LogWriter.appendRestored(
            files, gap: gap, now: now, note: "from the backup of \(label.made.text)")
        for segment in try files.segments { try JournalFile.synchronize(file: segment.path) }
        try JournalFile.synchronize(folder: files.folder)
    }

    /// Says the same shop again under a version that was not given before.
    private func renew(registry path: String) throws {
        let queue = try JournalFile.open(path)
        try JournalFile.failing(path) {
            try queue.write { database in
                try database.execute(
                    sql: """
                        INSERT INTO shop (version, at, body) SELECT version + ?, unixepoch() * 1000, body FROM shop
                        ORDER BY version DESC LIMIT 1
                        """, arguments: [Self.versionGap])
            }
            try JournalFile.closeWhole(queue)
        }
    }

    /// Moves everything to its place, all or nothing, and replaces nothing that stands there: the journals last, so
    /// that what is interrupted here leaves none without the registry.
    private func put(_ unpacked: [Unpacked]) throws {
        var placed: [Unpacked] = []
        do {
            for one in unpacked.filter({ $0.journal == nil }) + unpacked.filter({ $0.journal != nil }) {
                let isPlaced = one.journal == nil ? link(one.path, one.place) == 0 : rename(one.path, one.place) == 0
                guard isPlaced else {
                    guard ![EEXIST, ENOTEMPTY, ENOTDIR].contains(errno) else {
                        throw BackupError.homeNotEmpty(path: one.place)
                    }
                    throw BackupError.file(path: one.place, reason: String(cString: strerror(errno)))
                }
                placed.append(one)
            }
            for folder in Set([files.journals, (files.registry as NSString).deletingLastPathComponent]) {
                try JournalFile.synchronize(folder: folder)
            }
        } catch {
            for one in placed { try? FileManager.default.removeItem(atPath: one.place) }
            throw error
        }
    }
}

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
    /// How many versions of the registry are left out.
    private static let versionGap = 1_000

    /// A file that waits beside its place.
    private struct Unpacked {
        let name: String
        let place: String
        var path: String { place + ".restoring" }
        var isRegistry: Bool { name == RelayFiles.Member.registry }
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
        defer { for file in unpacked { try? JournalFile.remove(file.path) } }
        try unpack(archive, &unpacked, progress)
        let gap = max(
            wanted, Self.gapMin + Self.gapPerSecond * UInt64(max(0, (now - label.made).milliseconds / 1_000)))
        for file in unpacked {
            if file.isRegistry {
                try renew(registry: file.path)
            } else {
                try renew(journal: file.path, label, gap: gap, now: now) {
                    try progress("verifying \(file.name)", $0, $1)
                }
            }
        }
        try put(unpacked)
        return Summary(journals: files.numbers, made: label.made, gap: gap)
    }

    /// Looks whether nothing is where the files shall stand, nor what SQLite would run into them.
    /// - Throws: ``BackupError/homeNotEmpty(path:)``, ``BackupError/leftover(path:)``.
    private func checkEmpty() throws {
        let manager = FileManager.default
        let places = (0...TransactionID.journalMax).map { files.journal($0) } + [files.registry]
        if let place = places.first(where: { manager.fileExists(atPath: $0) }) {
            throw BackupError.homeNotEmpty(path: place)
        }
        let besides = places.flatMap { place in JournalFile.sidecars.map { place + $0 } }
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
                guard try archive.text(member) == sums, !unpacked.isEmpty else {
                    throw BackupError.noBackup(path: source, reason: "a file's SHA-256 is not the one that was noted")
                }
                return
            }
            guard let place = files.path(ofMember: member.name) else {
                throw BackupError.noBackup(path: source, reason: "it holds \(member.name)")
            }
            let file = Unpacked(name: member.name, place: place)
            // What a restore left that was cut off: SQLite would run it into this file.
            try JournalFile.remove(file.path)
            unpacked.append(file)
            let sum = try archive.extract(member, to: file.path) {
                try progress("unpacking \(member.name)", $0, $1)
            }
            sums += "\(sum)  \(member.name)\n"
        }
        throw BackupError.noBackup(path: source, reason: "it has no \(RelayFiles.Member.sums)")
    }

    /// Verifies a journal and lets it go on where nothing was before.
    private func renew(
        journal path: String, _ label: BackupLabel, gap: UInt64, now: Instant,
        _ progress: (UInt64, UInt64) throws -> Void
    ) throws {
        let queue = try JournalFile.open(path)
        try JournalFile.migrate(queue, path, JournalSchema.steps)
        if let fault = try JournalAudit.fault(at: path, progress) {
            throw BackupError.noBackup(path: source, reason: fault.description)
        }
        try JournalFile.failing(path) {
            try queue.write { database in
                var chain = try EventChain(database, path: path)
                let at = try EventRow.last(database, path: path)?.at.relayTime(atWall: now) ?? now
                let event = EventRow(
                    sequence: chain.sequence + gap, transaction: nil, version: 0, at: at.milliseconds,
                    wall: now.milliseconds,
                    kind: EventRow.restored,
                    body: "from the backup of \(label.made.text), which ends at event \(chain.sequence)",
                    rowDigest: nil)
                try event.insert(database, &chain)
                let elapsed = try JournalSchema.retention(database, path: path).elapsed
                try chain.store(database, elapsed: elapsed)
                try database.execute(sql: "UPDATE claim SET term = term + ?", arguments: [Int64(gap)])
            }
            try JournalFile.closeWhole(queue)
        }
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

    /// Moves the files to their places, all or none, and replaces nothing that stands there: the journals last, so that
    /// what is interrupted here leaves none without the registry.
    private func put(_ unpacked: [Unpacked]) throws {
        var placed: [String] = []
        do {
            for file in unpacked.filter(\.isRegistry) + unpacked.filter({ !$0.isRegistry }) {
                guard link(file.path, file.place) == 0 else {
                    guard errno != EEXIST else { throw BackupError.homeNotEmpty(path: file.place) }
                    throw BackupError.file(path: file.place, reason: String(cString: strerror(errno)))
                }
                placed.append(file.place)
            }
            for file in unpacked { unlink(file.path) }
            for folder in Set([files.journals, (files.registry as NSString).deletingLastPathComponent]) {
                try FileManager.default.synchronize(folder: folder)
            }
        } catch {
            for place in placed { unlink(place) }
            throw error
        }
    }
}

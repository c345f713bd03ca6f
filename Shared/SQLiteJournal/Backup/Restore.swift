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
    public static let gapLeast: UInt64 = 10_000_000
    /// … and so much longer for each second since the backup: the events of 500 transactions.
    public static let gapPerSecond: UInt64 = 2_000
    /// How many versions of the registry are left out.
    private static let versionGap = 1_000

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
        let claims = try claimEmptyHome()
        defer { withExtendedLifetime(claims) {} }
        let archive = try TarReader(source)
        guard let first = try archive.next(), first.name == RelayFiles.Member.label,
            let label = BackupLabel(try archive.text(first))
        else { throw BackupError.noBackup(path: source, reason: "`baton journal backup` did not write it") }
        var unpacked: [(name: String, path: String)] = []
        defer {
            for (_, path) in unpacked {
                for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            }
        }
        try unpack(archive, &unpacked, progress)
        let gap = max(
            wanted, Self.gapLeast + Self.gapPerSecond * UInt64(max(0, (now - label.made).milliseconds / 1_000)))
        for (name, path) in unpacked {
            if name == RelayFiles.Member.registry {
                try renew(registry: path)
            } else {
                try renew(journal: path, label, gap: gap, now: now) { try progress("verifying \(name)", $0, $1) }
            }
        }
        let numbers = try put(&unpacked)
        return Summary(journals: numbers, made: label.made, gap: gap)
    }

    /// Keeps every router out until the restore is through.
    private func claimEmptyHome() throws -> [FileClaim] {
        let manager = FileManager.default
        try JournalFile.failing(files.journals) {
            try manager.createDirectory(
                atPath: files.journals, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        var claims: [FileClaim] = []
        for number in 0...Int(TransactionID.journalMost) {
            let lock = "\(files.journals)/\(number).lock"
            // Journal 0's is made if absent: a router that starts now is a standby until the restore is through.
            guard number == 0 || manager.fileExists(atPath: lock) else { continue }
            guard let claim = try FileClaim(lock) else {
                throw BackupError.claimed(journal: number, folder: files.journals)
            }
            claims.append(claim)
        }
        if let number = files.numbers.first { throw BackupError.homeNotEmpty(path: files.journal(number)) }
        if manager.fileExists(atPath: files.registry) { throw BackupError.homeNotEmpty(path: files.registry) }
        return claims
    }

    /// Unpacks the files beside their places and looks whether they are what the backup wrote.
    private func unpack(
        _ archive: TarReader, _ unpacked: inout [(name: String, path: String)],
        _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws {
        var sums = ""
        while let member = try archive.next() {
            if member.name == RelayFiles.Member.sums {
                guard try archive.text(member) == sums, !unpacked.isEmpty else {
                    throw BackupError.noBackup(path: source, reason: "a file's SHA-256 is not the one that was noted")
                }
                return
            }
            guard let path = files.path(ofMember: member.name) else {
                throw BackupError.noBackup(path: source, reason: "it holds \(member.name)")
            }
            unpacked.append((member.name, path + ".restoring"))
            let sum = try archive.extract(member, to: path + ".restoring") {
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
                let event = EventRow(
                    sequence: chain.sequence + gap, transaction: nil, version: 0, at: now.milliseconds,
                    kind: EventRow.restored,
                    body: "from the backup of \(label.made.text), which ends at event \(chain.sequence)",
                    rowDigest: nil)
                try event.insert(database, &chain)
                try chain.store(database)
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

    /// Moves the files to their places: the journals last, so that what is interrupted here leaves none without the
    /// registry.
    private func put(_ unpacked: inout [(name: String, path: String)]) throws -> [UInt8] {
        let registryFirst =
            unpacked.filter { $0.name == RelayFiles.Member.registry }
            + unpacked.filter { $0.name != RelayFiles.Member.registry }
        for (name, path) in registryFirst {
            guard let target = files.path(ofMember: name), rename(path, target) == 0 else {
                throw BackupError.file(path: path, reason: String(cString: strerror(errno)))
            }
        }
        for folder in Set([files.journals, (files.registry as NSString).deletingLastPathComponent]) {
            let descriptor = open(folder, O_RDONLY)
            fsync(descriptor)
            close(descriptor)
        }
        unpacked = []
        return files.numbers
    }
}

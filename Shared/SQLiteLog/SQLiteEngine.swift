import Foundation
import GRDBSQLite
import RelayDomain
import RelayJournal

/// A relay's journals and registry as SQLite files of one home (ADR 4).
public struct SQLiteEngine: JournalEngine {
    private let files: RelayFiles

    /// - Parameters:
    ///   - folder: of the journals; made if absent.
    ///   - registry: the registry's file; made if absent.
    public init(journals folder: String, registry: String) { files = RelayFiles(journals: folder, registry: registry) }

    public var name: String { "SQLite " + String(cString: sqlite3_libversion()) }

    public func claim(journals: Int) throws -> LogJournal? {
        try LogJournal.claim(in: files.journals, journals: journals)
    }

    public func registry() throws -> SQLiteRegistry { try SQLiteRegistry(at: files.registry) }

    public func journals() throws -> [UInt8] { try files.listed() }

    public func audit(
        _ journal: UInt8, holding noted: JournalHead?, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> AuditReport {
        var audit = try LogAudit(files.log(journal), holding: noted)
        return try audit.run(progress)
    }

    /// - Throws: ``BackupError``, ``JournalError``.
    public func backup(
        to file: String, now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> BackupSummary {
        try Backup(of: files, to: file).write(now: now, progress)
    }

    /// Removes a journal's lock file, as nobody should while its writer lives: what the term stands against.
    package func breakLock(of journal: UInt8) throws {
        try FileManager.default.removeItem(atPath: files.log(journal).lock)
    }

    public var lastBackupAt: Instant? { files.lastBackupAt }
}

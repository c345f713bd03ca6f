import Foundation
import RelayDomain
import RelayJournal

/// The files of one relay, which are backed up and restored together.
public struct RelayFiles: Sendable {
    /// `$BATON_HOME/journals`.
    public let journals: String
    /// `$BATON_HOME/registry.db`.
    public let registry: String

    public init(journals: String, registry: String) {
        self.journals = journals
        self.registry = registry
    }

    /// The numbers of the journals that were made so far, ascending; none if there is no folder.
    /// - Throws: ``JournalError/failed(path:reason:)`` if it cannot be listed.
    public var numbers: [UInt8] { get throws { try Self.numbers(in: journals) } }

    /// ``numbers``, where it matters that the folder is there.
    /// - Throws: what the system says if it is absent or closed to this user.
    public func listed() throws -> [UInt8] {
        try Self.numbers(of: try FileManager.default.contentsOfDirectory(atPath: journals), in: journals)
    }

    /// The numbers of the journals in a folder.
    static func numbers(in folder: String) throws -> [UInt8] {
        try numbers(of: LogFiles.names(in: folder), in: folder)
    }

    private static func numbers(of names: [String], in folder: String) throws -> [UInt8] {
        let numbers = names.compactMap { name in UInt8(name).flatMap { String($0) == name ? $0 : nil } }
        return try numbers.filter { try !LogFiles(journals: folder, number: $0).isBare }.sorted()
    }

    /// Looks whether the journals of a folder, before another one is made beside them, are those of a relay of so many.
    /// - Throws: ``JournalError/otherNumber(path:found:wanted:)``; what a journal that cannot be read is refused with.
    static func check(journals: Int, in folder: String) throws {
        for number in try numbers(in: folder) {
            let files = LogFiles(journals: folder, number: number)
            guard let newest = try files.segments.last else { continue }
            let found = Int(try Segment(newest, nil).header.journals)
            guard found == journals else {
                throw JournalError.otherNumber(path: files.folder, found: found, wanted: journals)
            }
        }
    }

    /// The lowest number of a journal that holds transactions, whichever version of Baton wrote it; nil if none does.
    /// - Throws: ``JournalError`` for a journal that cannot be read: then it is not known.
    public func journalWithTransactions() throws -> UInt8? {
        let former = (0...TransactionID.journalMax).first {
            FileManager.default.fileExists(atPath: LogFiles(journals: journals, number: $0).formerFile)
        }
        return try former ?? numbers.first { try lastSequence(of: $0) > 0 }
    }

    /// The last event's sequence of a journal; 0 before the first.
    /// - Throws: ``JournalError``.
    public func lastSequence(of journal: UInt8) throws -> UInt64 {
        try LogReader(log(journal)).last().batch.standing.sequence
    }

    /// Builds a journal's index anew of its log.
    /// - Parameter progress: called with the last batch read, and the log's last.
    /// - Throws: ``BackupError/claimed(journal:folder:)`` if a router writes it, ``JournalError``.
    public func reindex(_ journal: UInt8, _ progress: (UInt64, UInt64) throws -> Void) throws {
        let files = log(journal)
        guard let claim = try FileClaim(files.lock) else {
            throw BackupError.claimed(journal: Int(journal), folder: journals)
        }
        defer { withExtendedLifetime(claim) {} }
        let reader = try LogReader(files)
        if let fault = try IndexFile.lostEnd(files, reader) { throw fault.error(path: files.folder) }
        let today = Retention(elapsed: try reader.last().batch.standing.elapsed).today
        try IndexFile.rebuild(files, reader, today: today, progress)
    }

    /// A file of a backup: of a journal, by its name there, or the registry.
    enum Member: Hashable {
        /// Comes first and says what the archive is: its format, and when it was begun.
        static let label = "BACKUP"
        /// Comes last: the files' sums, as `sha256sum -c` reads them.
        static let sums = "SHA256SUMS"

        case journal(UInt8, file: String)
        case registry

        var name: String {
            switch self {
            case .journal(let number, let file): "journals/\(number)/\(file)"
            case .registry: "registry.db"
            }
        }

        /// - Returns: nil for a name that no backup has.
        init?(name: String) {
            let parts = name.split(separator: "/").map(String.init)
            if name == Member.registry.name {
                self = .registry
            } else if parts.count == 3, let number = UInt8(parts[1]), number <= TransactionID.journalMax,
                LogFiles.isFile(parts[2]), Member.journal(number, file: parts[2]).name == name
            {
                self = .journal(number, file: parts[2])
            } else {
                return nil
            }
        }
    }

    func log(_ number: UInt8) -> LogFiles { LogFiles(journals: journals, number: number) }
}

extension LogFiles {
    /// Whether a journal's folder may hold a file of this name for long.
    fileprivate static func isFile(_ name: String) -> Bool {
        name == indexName || SegmentFile(folder: "", name: name, suffix: SegmentFile.suffix) != nil
            || SegmentFile(folder: "", name: name, suffix: SegmentFile.prunedSuffix) != nil
    }

    /// Whether nothing of a journal is there.
    /// - Throws: ``JournalError/failed(path:reason:)`` if that cannot be seen.
    var isBare: Bool {
        get throws {
            let listed = try listed()
            return listed.segments.isEmpty && listed.pruned.isEmpty && !FileManager.default.fileExists(atPath: index)
        }
    }

    /// - Throws: ``JournalError/failed(path:reason:)`` if an earlier version of Baton wrote this journal.
    func refuseFormerFile() throws {
        guard FileManager.default.fileExists(atPath: formerFile) else { return }
        throw JournalError.failed(
            path: formerFile,
            reason:
                "an earlier version of Baton wrote it, and this one does not read it; start with an empty BATON_HOME")
    }
}

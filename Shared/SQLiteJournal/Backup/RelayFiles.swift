import Foundation
import GRDB

/// The SQLite files of one relay, which are backed up and restored together.
public struct RelayFiles: Sendable {
    /// `$BATON_HOME/journals`.
    public let journals: String
    /// `$BATON_HOME/registry.db`.
    public let registry: String

    public init(journals: String, registry: String) {
        self.journals = journals
        self.registry = registry
    }

    /// The numbers of the journals that were made so far, ascending.
    public var numbers: [UInt8] { Self.numbers(in: journals) }

    /// ``numbers``, where it matters that the folder could be listed.
    /// - Throws: what the system says if it is absent or closed to this user.
    public func listed() throws -> [UInt8] {
        Self.numbers(of: try FileManager.default.contentsOfDirectory(atPath: journals))
    }

    /// The numbers of the journals in a folder; none where it cannot be listed.
    static func numbers(in folder: String) -> [UInt8] {
        numbers(of: (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    }

    private static func numbers(of files: [String]) -> [UInt8] {
        files.compactMap { $0.hasSuffix(".db") ? UInt8($0.dropLast(3)) : nil }.sorted()
    }

    /// The lowest number of a journal that holds transactions, whichever version of Baton wrote it; nil if none does.
    /// - Throws: ``JournalError`` for a journal that cannot be read: then it is not known.
    public func journalWithTransactions() throws -> UInt8? {
        try numbers.first { number in
            let path = journal(number)
            return try JournalFile.failing(path) {
                try JournalFile.openToRead(path).read { database in
                    guard try database.tableExists("transaction") else { return false }
                    return try Bool.fetchOne(database, sql: #"SELECT EXISTS (SELECT 1 FROM "transaction")"#) ?? false
                }
            }
        }
    }

    /// The file of a journal.
    public func journal(_ number: UInt8) -> String { "\(journals)/\(number).db" }

    /// The file behind a member's name in a backup; nil for a name that no backup has.
    func path(ofMember name: String) -> String? {
        if name == Member.registry { return registry }
        guard name.hasPrefix(Member.journals), name.hasSuffix(".db"),
            let number = UInt8(name.dropFirst(Member.journals.count).dropLast(3)), Member.journal(number) == name
        else { return nil }
        return journal(number)
    }

    /// The names in a backup's archive.
    enum Member {
        /// Comes first and says what the archive is: its format, and when it was begun.
        static let label = "BACKUP"
        /// Comes last: the files' sums, as `sha256sum -c` reads them.
        static let sums = "SHA256SUMS"
        static let registry = "registry.db"
        fileprivate static let journals = "journals/"

        static func journal(_ number: UInt8) -> String { "\(journals)\(number).db" }
    }
}

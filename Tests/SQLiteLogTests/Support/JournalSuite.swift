import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting

@testable import SQLiteLog

/// A folder of its own for each test.
final class Folder {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What tests of a journal in a folder of its own share.
protocol JournalSuite {
    var folder: Folder { get }
    var samples: JournalSamples { get set }
}

extension JournalSuite {
    var now: Instant { samples.now }
    var files: LogFiles { LogFiles(journals: folder.path, number: 0) }
    /// The newest segment.
    var file: String { (try? files.segments.last?.path) ?? "" }
    var relay: RelayFiles { RelayFiles(journals: folder.path, registry: folder.path + "/registry.db") }

    func claim(journals: Int = 1) throws -> LogJournal? {
        try LogJournal.claim(in: folder.path, journals: journals)
    }

    mutating func transaction(
        _ key: String = "key-1", at: Instant? = nil, codeExpiresAt: Instant? = nil, oneTime: Bool = true
    ) -> Transaction {
        samples.transaction(key, at: at, codeExpiresAt: codeExpiresAt, oneTime: oneTime)
    }

    func opening(_ transaction: Transaction, sequence: UInt64) -> JournalEntry {
        samples.opening(transaction, sequence: sequence)
    }

    func concluded(
        _ transaction: Transaction, sequence: UInt64, approved: Bool = true, at: Instant? = nil
    ) -> JournalEntry {
        samples.concluded(transaction, sequence: sequence, approved: approved, at: at)
    }

    func audit(holding head: JournalHead? = nil) throws -> AuditReport {
        var audit = try LogAudit(files, holding: head)
        return try audit.run()
    }

    /// Changes a file behind the relay's back, whatever its triggers say.
    func tamper(_ sql: String, in path: String? = nil) throws {
        let raw = try DatabaseQueue(path: path ?? file)
        try raw.write { database in
            for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
            try database.execute(sql: sql)
        }
        try raw.close()
    }
}

import Foundation
import GRDB
import RelayDomain
import RelayTesting

@testable import SQLiteJournal

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
    var file: String { folder.path + "/0.db" }

    func claim(journals: Int = 1) throws -> SQLiteJournal? {
        try SQLiteJournal.claim(in: folder.path, journals: journals)
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

    /// Changes the file behind the relay's back, whatever its triggers say.
    func tamper(_ sql: String) throws {
        let raw = try DatabaseQueue(path: file)
        try raw.write { database in
            for name in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
            try database.execute(sql: sql)
        }
        try raw.close()
    }
}

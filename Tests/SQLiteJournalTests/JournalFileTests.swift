import Foundation
import GRDB
import Testing

@testable import SQLiteJournal

struct JournalFileTests {
    @Test func aCommitIsOnTheDiskBeforeItReturns() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let queue = try JournalFile.open(folder.appending(path: "0.db").path)
        try queue.inDatabase { database in
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            // 2 is FULL (https://sqlite.org/pragma.html#pragma_synchronous).
            #expect(try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2)
        }
    }
}

import Foundation
import GRDB
import Testing

@testable import SQLiteJournal

@Suite(.timeLimit(.minutes(2))) struct JournalFileTests {
    @Test func aCommitIsOnTheDiskBeforeItReturns() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let queue = try JournalFile.open(folder.appending(path: "0.db").path)
        let (mode, synchronous) = try queue.inDatabase { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(mode == "wal")
        #expect(synchronous == 2, "FULL (https://sqlite.org/pragma.html#pragma_synchronous)")
    }
}

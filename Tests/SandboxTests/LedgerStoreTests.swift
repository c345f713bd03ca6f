import Foundation
import GRDB
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(2))) struct LedgerStoreTests {
    @Test func aDecisionIsOnTheDiskBeforeItsAnswerLeaves() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try LedgerStore(path: folder.appending(path: "ledger.db").path)
        let level = try store.database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == 2, "2 is FULL (https://sqlite.org/pragma.html#pragma_synchronous)")
    }
}

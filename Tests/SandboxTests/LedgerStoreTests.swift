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

    /// Files of the first step alone, with the column that it made for a while and without.
    @Test(arguments: [false, true])
    func aFileOfBeforeBooksToo(hasBalance: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/ledger.db"
        try await DatabasePool(path: path).write { database in
            try database.execute(sql: LedgerSchema.first)
            if hasBalance { try database.execute(sql: "ALTER TABLE ledger_transaction ADD COLUMN balance INTEGER") }
            try database.execute(
                sql: """
                    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
                    INSERT INTO grdb_migrations VALUES ('1: the ledger');
                    """)
        }
        let store = try LedgerStore(path: path)
        let now = LedgerScene().now
        let answers = try await store.carryOut(
            [
                .openAccount(LedgerScene.member, Account(tail: "42", points: 10)),
                .authorize(LedgerScene.order("t-1", .accrue, 5)),
            ], now: now)
        #expect(answers.count == 2)
        let balance = try await store.database.read {
            try Int64.fetchOne($0, sql: "SELECT balance FROM ledger_transaction WHERE id = 't-1'")
        }
        #expect(balance == 15)
    }
}

import Foundation
import GRDB
import Logging
import RelayDomain
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(2))) final class LedgerStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
    private let store: LedgerStore

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try LedgerStore(path: folder.appending(path: "ledger.db").path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func aDecisionIsOnTheDiskBeforeItsAnswerLeaves() throws {
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

    /// While nothing is committed, one more than may wait is refused, and nothing of it is done.
    @Test func whoWaitsForACommitHasABound() async throws {
        let writer = LedgerWriter(store, logger: Logger(label: "test")) { Instant(milliseconds: 0) }
        let request = LedgerRequest.inquire(try #require(LedgerTransactionID("t1")))
        try await withThrowingTaskGroup(of: LedgerAnswer?.self) { group in
            for _ in 0...LedgerWriter.waitingMax { group.addTask { try? await writer.carryOut(request) } }
            let first = try await group.next()
            #expect(first == .some(nil), "nobody else has an answer yet")
            let commits = Task { try await writer.run() }
            var answers = 0
            for try await answer in group where answer != nil { answers += 1 }
            #expect(answers == LedgerWriter.waitingMax)
            commits.cancel()
            _ = try await commits.value
        }
    }
}

import Foundation
import GRDB
import RelayDomain
import RelayJournal
import RelayTesting
import Testing

@testable import SQLiteLog

// The registry beside the journals.
extension LogJournalTests {
    @Test func theRegistryIsReadByVersion() async throws {
        let store = try SQLiteRegistry(at: folder.path + "/registry.db")
        #expect(try await store.load(unless: 0) == nil)
        let shop = Shop(terminals: [.init(id: TerminalID("t-1")!)])
        let change = try #require(ShopChange(basedOn: 0, name: "Mika", note: "the first"))
        try await store.write(try Registry(shop, version: 1), by: change)
        #expect(try await store.load(unless: 0)?.shop == shop)
        #expect(try await store.load(unless: 1) == nil)
        #expect(try await store.load(unless: 2) == nil, "a lower version is not news")
        await #expect(throws: JournalError.self, "a version is written once") {
            try await store.write(try Registry(Shop(), version: 1), by: change)
        }
    }

    @Test func theRegistryRemembersWhoWroteWhat() async throws {
        let store = try SQLiteRegistry(at: folder.path + "/registry.db")
        let shop = Shop(terminals: [.init(id: TerminalID("t-1")!)])
        try await store.write(
            try Registry(shop, version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika", note: "the first")))
        try await store.write(
            try Registry(Shop(), version: 2), by: try #require(ShopChange(basedOn: 1, name: "Ada")))
        let history = try await store.history()
        #expect(history.map(\.version) == [2, 1])
        #expect(history.map(\.name) == ["Ada", "Mika"] && history.map(\.note) == ["", "the first"])
        #expect(history.allSatisfy { $0.at.milliseconds > 1_700_000_000_000 })
        #expect(try await store.shop(ofVersion: 1) == shop)
        #expect(try await store.shop(ofVersion: 2) == Shop())
        #expect(try await store.shop(ofVersion: 3) == nil)
        #expect(try await store.shop(ofVersion: .max) == nil)
    }

    /// One that a Baton wrote which did not ask who.
    @Test func anEarlierRegistryIsTakenOver() async throws {
        let path = folder.path + "/registry.db"
        let body = try Shop(terminals: [.init(id: TerminalID("t-1")!)]).stored()
        try await DatabaseQueue(path: path).write {
            try $0.execute(
                sql: """
                    CREATE TABLE schema_version (version INTEGER NOT NULL); INSERT INTO schema_version VALUES (1);
                    CREATE TABLE shop (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL);
                    """)
            try $0.execute(sql: "INSERT INTO shop VALUES (4, 1796000000000, ?)", arguments: [body])
        }
        let store = try SQLiteRegistry(at: path)
        #expect(try await store.load(unless: 0)?.version == 4)
        let earlier = ShopVersion(version: 4, at: Instant(milliseconds: 1_796_000_000_000), name: "", note: "")
        #expect(try await store.history() == [earlier])
    }
}

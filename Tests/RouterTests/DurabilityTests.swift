import Foundation
import GRDB
import RelayDomain
import RelayTransport
import SQLiteLog
import Testing

/// What a router says is on the disk. A real journal that takes its time, or refuses, at real sockets.
@Suite(.timeLimit(.minutes(2))) struct DurabilityTests {
    /// A router with a shop, and its peers; its journal's commits take about a second from then on.
    /// - Parameter refusing: whether they end with an error.
    private func withSlowJournal(
        refusing: Bool, _ body: (Running, ShopPeers, SlowJournal) async throws -> Void
    ) async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(ShopPeers.shop(terminals: 1), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router")
            try await eventually { router.isReady }
            let (peers, adapter) = (ShopPeers(at: try router.sockets), HangingAdapter())
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            let journal = try SlowJournal("\(home)/journals/0/log-00000000000000000001.db", refusing: refusing)
            do {
                try await body(router, peers, journal)
            } catch {
                Issue.record(error)
            }
            router.task.cancel()
            try await eventually { router.hasEnded }
            await peers.close()
            await adapter.close()
        }
    }

    @Test func nothingLeavesBeforeItsCommitAndTheProcessEndsWithIt() async throws {
        try await withSlowJournal(refusing: true) { router, peers, _ in
            await #expect(throws: RequestFailure.self, "the phone hears nothing, and repeats") {
                _ = try await peers.submit()
            }
            try await eventually { router.hasEnded }
            #expect("\(try #require(router.error))".contains(SlowJournal.reason))
            #expect(await peers.commands.isEmpty, "nor does the terminal")
        }
    }

    @Test func whatIsDurableIsStillToldWhenTheProcessIsToldToStop() async throws {
        try await withSlowJournal(refusing: false) { router, peers, journal in
            async let reply = peers.submit()
            try await eventually { try journal.isWritten }
            router.task.cancel()
            guard case .status(let status) = try await reply else {
                Issue.record("no answer to the phone")
                return
            }
            #expect(status.state == .commanded)
            try await eventually { router.hasEnded }
            #expect(router.error == nil)
            #expect(await peers.commands.map(\.id.transaction) == [status.id])
        }
    }

    /// More has come meanwhile, which nobody will answer: that keeps nothing back.
    @Test func whatIsDurableIsStillToldThoughMoreHasCome() async throws {
        try await withSlowJournal(refusing: false) { router, peers, journal in
            async let reply = peers.submit()
            try await eventually { try journal.isWritten }
            async let second: RouterReply? = try? peers.ask { _ in .resolve(ShopPeers.terminal) }
            try await peers.oneMoreIsWelcomed()
            router.task.cancel()
            guard case .status(let status) = try await reply else {
                Issue.record("no answer to the phone")
                return
            }
            #expect(status.state == .commanded)
            _ = await second
            try await eventually { router.hasEnded }
        }
    }
}

/// A router's journal file in another program's hands: each event that is written costs it time.
private struct SlowJournal {
    static let reason = "the test refuses"
    private let queue: DatabaseQueue

    init(_ path: String, refusing: Bool) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { database in
            // A trigger may not count by itself; a view may.
            try database.execute(
                sql: """
                    CREATE VIEW slow AS WITH RECURSIVE counted(n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 2000000) SELECT max(n) FROM counted;
                    CREATE TRIGGER slow_event AFTER INSERT ON batch BEGIN
                        SELECT * FROM slow; \(refusing ? "SELECT RAISE(ABORT, '\(Self.reason)');" : "")
                    END
                    """)
        }
    }

    /// Whether a commit is under way: its writer has the file's lock.
    var isWritten: Bool {
        get throws {
            do {
                try queue.writeWithoutTransaction { database in
                    try database.execute(sql: "PRAGMA busy_timeout = 0")
                    try database.inTransaction(.immediate) { .rollback }
                }
                return false
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                return true
            }
        }
    }
}

import Foundation
import GRDB
import RelayDomain
import RelayTesting
import SQLiteLog
import Testing

/// A router in its shell: real files, real sockets.
@Suite(.timeLimit(.minutes(1))) struct RouterShellTests {
    @Test func aRouterThatIsCancelledEndsAndAnotherTakesItsJournal() async throws {
        try await withHome { home in
            let first = try Running(in: home, name: "first")
            try await eventually { first.health.contains("writes journal 0 in term 1") }
            let second = try Running(in: home, name: "second")
            try await eventually { second.health.contains("standby") }
            first.task.cancel()
            try await eventually { first.hasEnded }
            try await eventually { second.health.contains("writes journal 0 in term 2") }
            second.task.cancel()
            try await eventually { second.hasEnded }
        }
    }

    @Test func aRegistryThatCannotBeReadIsReportedAndTheRouterGoesOn() async throws {
        try await withHome { home in
            let router = try Running(in: home, name: "router")
            try await eventually { router.isReady && router.health.contains("version 0") }
            let registry = try DatabaseQueue(path: "\(home)/registry.db")
            try await registry.write { try $0.execute(sql: "ALTER TABLE shop RENAME TO lost") }
            try await eventually { !router.isReady && router.health.contains("cannot be read, version 0 counts") }
            #expect(router.health.contains("writes journal 0"))
            try await registry.write { try $0.execute(sql: "ALTER TABLE lost RENAME TO shop") }
            try await eventually { router.isReady }
            #expect(!router.hasEnded)
            router.task.cancel()
            try await eventually { router.hasEnded }
        }
    }

    /// Restarting the router would help nobody: it is ready, and says where to look.
    @Test func aDestinationWithoutAnAdapterIsAWarning() async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            let bank = Shop.Destination(id: DestinationID("bank")!, kind: ReasonCode("http")!)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(Shop(destinations: [bank]), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router")
            try await eventually { router.health.contains(#""warning":true,"detail":"bank: no adapter is ready""#) }
            try await eventually { router.isReady }
            router.task.cancel()
            try await eventually { router.hasEnded }
        }
    }

    /// What is under way goes on, so the router is ready, and says why it refuses the others.
    @Test func aJournalWithoutRoomIsAWarning() async throws {
        try await withHome { home in
            let engine = MemoryEngine()
            let router = try Running(in: home, name: "router") { _ in engine }
            try await eventually { router.isReady && router.health.contains("writes journal 0 in term 1\"") }
            engine.hasRoom = false
            try await eventually { router.isReady && router.health.contains("accepts no new transactions") }
            #expect(router.health.contains(#""warning":true"#))
            engine.hasRoom = true
            try await eventually { router.health.contains("writes journal 0 in term 1\"") }
            router.task.cancel()
            try await eventually { router.hasEnded }
        }
    }

    @Test func aStandbyThatIsCancelledEnds() async throws {
        try await withHome { home in
            let writer = try Running(in: home, name: "writer")
            try await eventually { writer.health.contains("writes journal 0") }
            let standby = try Running(in: home, name: "standby")
            try await eventually { standby.health.contains("standby") }
            standby.task.cancel()
            try await eventually { standby.hasEnded }
            writer.task.cancel()
            try await eventually { writer.hasEnded }
        }
    }
}

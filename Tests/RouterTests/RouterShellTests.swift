import Foundation
import GRDB
import NIOConcurrencyHelpers
import RelayDomain
import Router
import SQLiteJournal
import Testing

@testable import ServiceRuntime

/// A router in its shell: real files, real sockets.
struct RouterShellTests {
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

/// A router's service, running by itself: nobody tells it to stop, it can only be cancelled.
private struct Running {
    let task: Task<Void, Never>
    private let process: ServiceProcess
    private let ended: NIOLockedValueBox<Bool>

    init(in home: String, name: String) throws {
        let settings = Settings(["BATON_HOME": home, "BATON_NAME": name, "BATON_LOG_LEVEL": "critical"])
        process = ServiceProcess("baton-router", try RuntimeConfiguration(settings, service: "baton-router"))
        let shell = RouterShell(
            try RouterConfiguration(settings), process,
            journals: SQLiteEngine(journals: process.home.journals, registry: process.home.registry))
        let ended = NIOLockedValueBox(false)
        self.ended = ended
        task = Task {
            try? await shell.run()
            ended.withLockedValue { $0 = true }
        }
    }

    var hasEnded: Bool { ended.withLockedValue { $0 } }
    var isReady: Bool { process.health.isReady }
    var health: String { String(decoding: process.health.report.json, as: UTF8.self) }
}

private func withHome(_ body: (String) async throws -> Void) async throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: home) }
    try await body(home.path)
}

/// Looks every few milliseconds, for 10 s at most.
private func eventually(_ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come true within 10 s")
}

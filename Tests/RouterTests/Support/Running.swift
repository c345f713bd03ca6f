import Foundation
import NIOConcurrencyHelpers
import RelayJournal
import SQLiteLog
import Testing

@testable import Router
@testable import ServiceRuntime

/// A router's service, running by itself: nobody tells it to stop, it can only be cancelled.
struct Running {
    let task: Task<Void, Never>
    private let process: ServiceProcess
    private let ended: NIOLockedValueBox<Result<Void, any Error>?>

    /// A router whose journals are files.
    init(in home: String, name: String) throws {
        try self.init(in: home, name: name) {
            SQLiteEngine(journals: $0.home.journals, registry: $0.home.registry)
        }
    }

    /// - Parameter messagesMax: how many messages may wait for one peer.
    init<Engine: JournalEngine>(
        in home: String, name: String, messagesMax: Int32? = nil, journals: (ServiceProcess) throws -> Engine
    ) throws {
        let settings = Settings(["BATON_HOME": home, "BATON_NAME": name, "BATON_LOG_LEVEL": "critical"])
        process = ServiceProcess("baton-router", try RuntimeConfiguration(settings, service: "baton-router"))
        var configuration = try RouterConfiguration(settings)
        if let messagesMax { configuration.bus.limits.highWaterMark = messagesMax }
        let shell = RouterShell(configuration, process, journals: try journals(process))
        let ended = NIOLockedValueBox<Result<Void, any Error>?>(nil)
        self.ended = ended
        task = Task {
            let end: Result<Void, any Error>
            do {
                try await shell.run()
                end = .success(())
            } catch {
                end = .failure(error)
            }
            ended.withLockedValue { $0 = end }
        }
    }

    var hasEnded: Bool { ended.withLockedValue { $0 != nil } }
    /// What it threw.
    var error: (any Error)? {
        if case .failure(let error)? = ended.withLockedValue({ $0 }) { error } else { nil }
    }
    var isReady: Bool { process.health.isReady }
    var health: String { String(decoding: process.health.report.json, as: UTF8.self) }
    /// Where its sockets are.
    var sockets: String { get throws { try process.home.runDirectory() } }
}

func withHome(_ body: (String) async throws -> Void) async throws {
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("baton-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: home) }
    try await body(home.path)
}

/// Looks every few milliseconds, for 10 s at most.
func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("it did not come true within 10 s")
}

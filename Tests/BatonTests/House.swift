import Foundation
import Logging
import ServiceLifecycle
import ServiceRuntime
import Synchronization

@testable import Baton

/// A home, shell scripts as executables, and a supervisor that runs them; all of it in a temporary folder.
struct House {
    let home: Home
    let supervisor: Supervisor
    private let record: Record
    private let group: ServiceGroup

    /// What the supervisor told.
    private final class Record: Sendable {
        let told = Mutex<[(notice: String, lastWords: String?)]>([])
        let end = Mutex<Result<Void, any Error>?>(nil)
    }

    var notices: [String] { record.told.withLock { $0.map(\.notice) } }
    var lastLines: [String] { record.told.withLock { $0.compactMap(\.lastWords) } }

    /// Runs `body` beside the supervisor, which has ended afterwards.
    /// - Parameters:
    ///   - scripts: the processes and their executables' texts; nil for one that is missing. Each is a stage.
    ///   - more: executables with the first script's text that nobody starts at first.
    static func run(
        _ scripts: [String: String?], more: [String] = [], settings: [String: String] = [:], hasKeyboard: Bool = false,
        _ body: (House) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("up-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = Home(folder.path + "/home")
        try home.prepare()
        let example = scripts.values.compactMap(\.self).first
        for (name, script) in scripts.merging(more.map { ($0, example) }, uniquingKeysWith: { first, _ in first }) {
            guard let script else { continue }
            try script.write(toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
            chmod("\(folder.path)/\(name)", 0o755)
        }
        let plans = scripts.keys.sorted().enumerated().map {
            ProcessPlan($1, $1, settings: settings, stage: $0, hasKeyboard: hasKeyboard)
        }
        let house = House(home: home, binaries: folder.path, plans: plans)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await house.serve() }
            do {
                try await body(house)
            } catch {
                await house.group.triggerGracefulShutdown()
                throw error
            }
        }
    }

    private init(home: Home, binaries: String, plans: [ProcessPlan]) {
        self.home = home
        let record = Record()
        self.record = record
        supervisor = Supervisor(
            plans, home: home, binaries: binaries, environment: ProcessInfo.processInfo.environment,
            drainTimeout: .seconds(10)
        ) { notice, heard in record.told.withLock { $0.append(("\(notice)", heard.lastWords)) } }
        group = ServiceGroup(
            services: [supervisor], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func serve() async {
        do {
            try await group.run()
            record.end.withLock { $0 = .success(()) }
        } catch {
            record.end.withLock { $0 = .failure(error) }
        }
    }

    /// Stops the supervisor and waits for its end.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await ended()
    }

    /// Waits for the supervisor's end, and throws what it threw.
    func ended() async throws {
        try await wait { record.end.withLock { $0 != nil } }
        try record.end.withLock { $0 }?.get()
    }

    func pid(of name: String) throws -> pid_t { try Announcement.read(home: home, name: name)?.pid ?? -1 }

    /// Whether the process that announced itself last under a name is still there.
    func isRunning(_ name: String) -> Bool { (try? pid(of: name)).map { $0 > 0 && kill($0, 0) == 0 } ?? false }

    /// Looks every 5 ms; the suite's time limit bounds it.
    func wait(until isMet: () throws -> Bool) async throws {
        while try !isMet() { try await Task.sleep(for: .milliseconds(5)) }
    }
}

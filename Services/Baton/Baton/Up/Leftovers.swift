import Foundation
import ServiceRuntime

/// Processes of an earlier `baton up` that was killed: most end by themselves when their parent does, and some need to
/// be told.
///
/// Looked for while the home's lock is held, so nobody else looks after them.
struct Leftovers {
    /// How long they may take by themselves, then after SIGTERM.
    private static let patience = (alone: Duration.seconds(3), told: Duration.seconds(12))

    private let pids: [pid_t]

    /// Finds those that have announced themselves under one of these names and still run.
    init(_ names: [String], in home: Home) {
        pids = names.compactMap { name in
            guard let announced = try? Announcement.read(home: home, name: name), Self.isRunning(announced) else {
                return nil
            }
            return announced.pid
        }
    }

    var count: Int { pids.count }

    /// Waits for their ends; ends those that stay.
    /// - Throws: `CancellationError`.
    func end() async throws {
        try await wait(atMost: Self.patience.alone)
        alive.forEach { kill($0, SIGTERM) }
        try await wait(atMost: Self.patience.told)
        alive.forEach { kill($0, SIGKILL) }
    }

    private var alive: [pid_t] { pids.filter { kill($0, 0) == 0 } }

    private func wait(atMost limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while !alive.isEmpty, .now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Whether the number still belongs to a process of Baton: numbers are given out again.
    private static func isRunning(_ announced: Announcement) -> Bool {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(announced.pid)/exe")
        // `baton-sandbox-pos` is a role of `baton-sandbox`; a rebuilt executable shows as "… (deleted)".
        let file = path?.split(separator: "/").last?.split(separator: " ").first.map(String.init)
        return file.map { $0.hasPrefix("baton-") && announced.service.hasPrefix($0) } ?? false
    }
}

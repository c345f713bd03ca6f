import Foundation
import ServiceRuntime

/// Processes of an earlier `baton up` that was killed: most end by themselves when their parent does, the others have
/// to be terminated.
///
/// The search happens while the home's lock is held, so that no other `baton up` supervises them.
struct Leftovers {
    /// How long they may take.
    private static let endTimeout = Duration.seconds(16)

    private let found: [Announcement]
    private let keyboards: Set<String>

    /// Finds those that have announced themselves under one of these names and still run.
    /// - Parameter keyboards: the names of those that do not end with their parent.
    init(_ names: [String], keyboards: Set<String>, in home: Home) {
        self.keyboards = keyboards
        found = names.compactMap { name in
            guard let announced = try? Announcement.read(home: home, name: name), Self.isRunning(announced) else {
                return nil
            }
            return announced
        }
    }

    var count: Int { found.count }

    /// Waits until they have ended; terminates those that do not.
    /// - Throws: `CancellationError`.
    func end() async throws {
        for announced in found where keyboards.contains(announced.name) { kill(announced.pid, SIGTERM) }
        let deadline = ContinuousClock.now + Self.endTimeout
        while !alive.isEmpty, .now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        alive.forEach { kill($0, SIGKILL) }
    }

    private var alive: [pid_t] { found.filter(Self.isRunning).map(\.pid) }

    /// Whether the number still belongs to a process of Baton: the system reuses numbers.
    private static func isRunning(_ announced: Announcement) -> Bool {
        // Not the link `exe`, which no other process may read (see `ProcessGuard`).
        let command = FileManager.default.contents(atPath: "/proc/\(announced.pid)/cmdline")
        let path = command.flatMap { $0.split(separator: 0).first }.map { String(decoding: $0, as: UTF8.self) }
        // `baton-sandbox-pos` is a role of `baton-sandbox`.
        let file = path?.split(separator: "/").last.map(String.init)
        return file.map { $0.hasPrefix("baton-") && announced.service.hasPrefix($0) } ?? false
    }
}

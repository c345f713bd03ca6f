import Foundation

/// The system's data about running processes (proc(5)).
enum ProcessTable {
    /// The worker of a started process, which is its watchdog. Nil if there is none, or not yet.
    static func worker(of watchdog: pid_t) -> pid_t? {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return all.first { parent(of: $0) == watchdog }
    }

    private static func parent(of pid: pid_t) -> pid_t? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")  // The second field is the name, and may contain any character.
        else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 2 ? pid_t(fields[2]) : nil
    }
}

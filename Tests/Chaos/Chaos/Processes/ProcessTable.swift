import Foundation

/// What the system says of running processes (proc(5)).
enum ProcessTable {
    /// The process that does the work of one that was started: the child of that watchdog. Nil if there is none, or not
    /// yet.
    static func worker(of watchdog: pid_t) -> pid_t? {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return all.first { parent(of: $0) == watchdog }
    }

    private static func parent(of pid: pid_t) -> pid_t? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")  // The second field is the name, and may hold anything.
        else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 2 ? pid_t(fields[2]) : nil
    }
}

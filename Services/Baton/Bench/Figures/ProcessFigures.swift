import Foundation

/// The kernel's figures about a process (proc(5)).
enum ProcessFigures {
    /// User and system time so far in microseconds; nil if there is no such process.
    static func cpuMicroseconds(of pid: Int32) -> Double? {
        text("/proc/\(pid)/stat").flatMap(ticks(inStat:)).map {
            Double($0) * 1_000_000 / Double(sysconf(Int32(_SC_CLK_TCK)))
        }
    }

    /// Resident memory in KiB; nil if there is no such process.
    static func residentKiB(of pid: Int32) -> Double? {
        text("/proc/\(pid)/statm").flatMap(pages(inStatm:)).map {
            Double($0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_024
        }
    }

    /// `utime` + `stime` out of `/proc/PID/stat`. The name before them is in parentheses and may contain any character.
    static func ticks(inStat text: String) -> UInt64? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return user + system
    }

    /// The second field of `/proc/PID/statm`.
    static func pages(inStatm text: String) -> UInt64? {
        let fields = text.split(separator: " ")
        return fields.count > 1 ? UInt64(fields[1]) : nil
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

import Foundation
import Logging

/// The system's bound on open files, of which each connection is one.
public enum OpenFiles {
    /// Raises this process's bound as far as the system lets it. Called by what accepts connections, before it does.
    /// - Parameters:
    ///   - wanted: `BATON_CONNECTIONS`.
    ///   - others: files that the process needs beside its connections.
    ///   - words: what wants so many, for the log.
    /// - Returns: how many connections there is room for, from 1 to `wanted`.
    public static func room(
        for wanted: Int, beside others: Int, as words: String = "BATON_CONNECTIONS says", logger: Logger
    ) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        let room = max(1, Int(clamping: limit.rlim_cur) - others)
        if room < wanted {
            logger.warning(
                "fewer may connect than \(words): raise the limit of open files (ulimit -n)",
                metadata: ["connections": "\(room)", "wanted": "\(wanted)"])
        }
        return min(wanted, room)
    }
}

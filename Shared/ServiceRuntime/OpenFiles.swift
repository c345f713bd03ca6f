import Foundation
import Logging

/// The system's limit of open files; each connection is one.
public enum OpenFiles {
    /// Raises this process's limit as far as the system allows.
    static func raise() {
        guard var limit, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static var limit: rlimit? {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
    }

    /// Raises the limit, and returns how many connections it allows. Called before connections are accepted.
    /// - Parameters:
    ///   - wanted: `BATON_CONNECTIONS`.
    ///   - others: files that the process needs beside its connections.
    ///   - words: what needs so many, for the log.
    /// - Returns: how many connections are possible, from 1 to `wanted`.
    public static func room(
        for wanted: Int, beside others: Int, as words: String = "BATON_CONNECTIONS says", logger: Logger
    ) -> Int {
        raise()
        guard let limit else { return wanted }
        let room = max(1, Int(clamping: limit.rlim_cur) - others)
        if room < wanted {
            logger.warning(
                "fewer may connect than \(words): raise the limit of open files (ulimit -n)",
                metadata: ["connections": "\(room)", "wanted": "\(wanted)"])
        }
        return min(wanted, room)
    }
}

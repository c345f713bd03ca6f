import Foundation

/// The system's bound on this process's open files, of which each connection is one.
enum OpenFilesMax {
    /// Raises it as far as the system allows. Processes started later inherit it.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

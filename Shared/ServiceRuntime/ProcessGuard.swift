import CProcess
import Foundation

/// What every executable of Baton does before anything else.
public enum ProcessGuard {
    /// The signals by which the system ends a process that erred.
    private static let crashes = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT]
    /// Tells the Swift runtime of processes that are started not to describe crashes; read by it before their first
    /// line.
    public static let environment = ["SWIFT_BACKTRACE": "enable=no"]

    /// Makes sure that no write ends the process, that its memory (codes, keys) stays its own, and that it may open
    /// files.
    public static func begin() {
        openStandardStreams()
        // A reader that is gone, a file that may not grow, a terminal that was closed: errors or nothing, never the
        // end.
        for number in [SIGPIPE, SIGXFSZ, SIGHUP] { signal(number, SIG_IGN) }
        // Ignored by whoever started this, it would hide the end of a child from its parent (wait(2)).
        signal(SIGCHLD, SIG_DFL)
        keepMemory()
        OpenFiles.raise()
    }

    /// A stream that was closed (`>&-`) would be the next file that is opened: lines would be written into a journal.
    private static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)  // Takes the lowest number that is free.
        }
    }

    /// No core file, no other process of this user that reads here, and no crash report of registers and what they
    /// point to, which also keeps a dead process's locks for seconds.
    private static func keepMemory() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = baton_set_dumpable(0)
        for number in crashes { signal(number, SIG_DFL) }
    }
}

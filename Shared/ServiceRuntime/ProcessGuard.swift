import CProcess
import Foundation

/// What every executable of Baton does first.
public enum ProcessGuard {
    /// The signals by which the system ends a process after an error.
    private static let crashes = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGQUIT]
    /// Turns off crash reports of the Swift runtime in child processes, which reads it before their first line.
    public static let environment = ["SWIFT_BACKTRACE": "enable=no"]

    /// Makes sure that no write ends the process, that its memory (codes, keys) stays private, and that it may open
    /// files.
    public static func begin() {
        openStandardStreams()
        // A closed pipe, a file at its size limit, a closed terminal: these become errors or are ignored, and never end
        // the process.
        for number in [SIGPIPE, SIGXFSZ, SIGHUP] { signal(number, SIG_IGN) }
        // If the parent ignored SIGCHLD, the end of a child would be hidden from this process (wait(2)).
        signal(SIGCHLD, SIG_DFL)
        keepMemory()
        OpenFiles.raise()
    }

    /// The next opened file would get the number of a closed stream (`>&-`): log lines would be written into a journal.
    private static func openStandardStreams() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)  // Gets the lowest free number.
        }
    }

    /// No core file, no reading by other processes of this user, and no crash report with registers and memory, which
    /// would also keep a dead process's locks for seconds.
    private static func keepMemory() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        _ = baton_set_dumpable(0)
        for number in crashes { signal(number, SIG_DFL) }
    }
}

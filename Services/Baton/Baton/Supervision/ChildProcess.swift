import Foundation

/// A running process that this one has started.
///
/// Its standard input is a pipe to which nobody writes, or the keyboard it is given.
/// Children that are told to (`BATON_PARENT`) end when the pipe does: however this process ends, they do not outlive it.
struct ChildProcess {
    let pid: pid_t
    /// The pipe's other end; nil for a process with a keyboard.
    private let input: Int32?

    /// Starts an executable in a process group of its own, so that Ctrl-C at the terminal reaches this process alone, with
    /// no signal ignored or held back, and with no open file of ours but the three it is given.
    /// - Parameters:
    ///   - log: takes its standard output and error.
    ///   - keyboard: becomes its standard input.
    /// - Throws: ``ChildProcessError``.
    static func start(
        _ executable: String, arguments: [String], environment: [String: String], log: FileHandle,
        keyboard: FileHandle?
    ) throws(ChildProcessError) -> ChildProcess {
        var ends: [Int32] = [-1, -1]
        guard keyboard != nil || pipe(&ends) == 0 else {
            throw ChildProcessError(reason: String(cString: strerror(errno)))
        }
        closeFilesAtStart()

        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, keyboard?.fileDescriptor ?? ends[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&files, log.fileDescriptor, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&files, log.fileDescriptor, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let failure = withCStrings([executable] + arguments) { arguments in
            withCStrings(environment.map { "\($0)=\($1)" }.sorted()) { environment in
                posix_spawn(&pid, executable, &files, &attributes, arguments, environment)
            }
        }
        if keyboard == nil { close(ends[0]) }
        guard failure == 0 else {
            if keyboard == nil { close(ends[1]) }
            throw ChildProcessError(reason: "\(executable): \(String(cString: strerror(failure)))")
        }
        return ChildProcess(pid: pid, input: keyboard == nil ? ends[1] : nil)
    }

    /// How the child ended, or nil while it runs. After the answer the child is forgotten: ask once.
    func exit(waiting: Bool = false) -> ProcessExit? {
        var status: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(pid, &status, waiting ? 0 : WNOHANG) } while found < 0 && errno == EINTR
        guard found == pid else { return nil }
        if let input { close(input) }
        // The layout of a wait status (wait(2)): the low seven bits hold the signal, the second byte the code.
        let signal = status & 0x7f
        return signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Marks every open file above the standard three as closed in whatever is started next. Libraries mark their own; this
    /// catches the rest, such as what a shell left open.
    private static func closeFilesAtStart() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}

/// Why a process could not be started.
struct ChildProcessError: Error, Equatable, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

/// Calls `body` with texts as C wants a list of them, ended by a null pointer.
private func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}

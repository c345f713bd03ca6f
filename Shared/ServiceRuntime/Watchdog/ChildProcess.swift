import Foundation

/// A running process that this one has started.
public struct ChildProcess: Sendable {
    /// The process's standard input.
    public enum Input: Sendable {
        /// A pipe without input, which ends when this process ends, even by a kill. Children with `BATON_PARENT` end
        /// with it.
        case leash
        case file(FileHandle)
        /// This process's own.
        case inherited
    }

    /// Its process ID; valid until ``exit(waiting:)`` has returned its end.
    public let pid: pid_t
    /// The leash's other end.
    private let leash: Int32?

    /// Starts an executable with no blocked signals, and with no open files except its three standard streams and the
    /// ticks' pipe.
    /// - Parameters:
    ///   - name: its name (`argv[0]`), if that is not the executable.
    ///   - log: gets its standard output and error; nil: this process's own.
    ///   - ticks: the pipe for its loops' reports; it gets `BATON_TICKS`.
    ///   - isApart: in a process group of its own, so that Ctrl-C at the terminal reaches only this process, and with
    ///     no signal ignored.
    /// - Throws: ``ChildProcessError``.
    public static func start(
        _ executable: String, name: String? = nil, arguments: [String], environment: [String: String],
        input: Input = .leash, log: FileHandle? = nil, ticks: TickPipe? = nil, isApart: Bool = true
    ) throws(ChildProcessError) -> ChildProcess {
        var leash: [Int32] = [-1, -1]
        if case .leash = input, pipe(&leash) != 0 { throw ChildProcessError(reason: String(cString: strerror(errno))) }
        closeFilesAtStart()

        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        switch input {
        case .leash: posix_spawn_file_actions_adddup2(&files, leash[0], STDIN_FILENO)
        case .file(let file): posix_spawn_file_actions_adddup2(&files, file.fileDescriptor, STDIN_FILENO)
        case .inherited: break
        }
        if let log {
            posix_spawn_file_actions_adddup2(&files, log.fileDescriptor, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&files, log.fileDescriptor, STDERR_FILENO)
        }
        if let ticks { posix_spawn_file_actions_adddup2(&files, ticks.writer, TickPipe.descriptor) }

        var attributes = attributes(isApart: isApart)
        defer { posix_spawnattr_destroy(&attributes) }
        let own = ticks == nil ? [:] : ["BATON_TICKS": "\(TickPipe.descriptor)"]
        var pid: pid_t = 0
        let failure = withCStrings([name ?? executable] + arguments) { arguments in
            withCStrings(environment.merging(own) { $1 }.map { "\($0)=\($1)" }.sorted()) { environment in
                posix_spawn(&pid, executable, &files, &attributes, arguments, environment)
            }
        }
        if leash[0] >= 0 { close(leash[0]) }
        guard failure == 0 else {
            if leash[1] >= 0 { close(leash[1]) }
            throw ChildProcessError(reason: "\(executable): \(String(cString: strerror(failure)))")
        }
        return ChildProcess(pid: pid, leash: leash[1] >= 0 ? leash[1] : nil)
    }

    private static func attributes(isApart: Bool) -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        guard isApart else {
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            return attributes
        }
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return attributes
    }

    /// How the child ended, or nil while it runs. Ask only once for the exit: the system then forgets the child.
    public func exit(waiting: Bool = false) -> ProcessExit? {
        var status: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(pid, &status, waiting ? 0 : WNOHANG) } while found < 0 && errno == EINTR
        let isLost = found < 0 && errno == ECHILD  // Other code has already waited for it.
        guard found == pid || isLost else { return nil }
        if let leash { close(leash) }
        guard !isLost else { return .lost }
        // The layout of a wait status (wait(2)): the low seven bits hold the signal, the second byte the code.
        let signal = status & 0x7f
        return signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
    }

    /// Sends a signal. Not after ``exit(waiting:)`` has returned its end: the ID may belong to another process then.
    public func send(_ signal: Int32) { kill(pid, signal) }

    /// Marks every open file above the three standard streams as close-on-exec. Libraries mark their own; this covers
    /// the others, such as files that a shell left open.
    private static func closeFilesAtStart() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }
}

/// How a process ended.
public enum ProcessExit: Hashable, Sendable {
    case code(Int32)
    case signal(Int32)
    /// It could not be started.
    case notStarted(String)
    /// It has ended; how is not known.
    case lost

    /// What a shell reports for it.
    var code: Int32 {
        switch self {
        case .code(let code): code
        case .signal(let number): 128 + number
        case .notStarted, .lost: 70
        }
    }
}

extension ProcessExit: CustomStringConvertible {
    public var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let number): "signal \(number)"
        case .notStarted(let reason): "cannot be started: \(reason)"
        case .lost: "unknown how"
        }
    }
}

/// Why a process could not be started.
public struct ChildProcessError: Error, Equatable, CustomStringConvertible {
    /// The system's reason, in a few words.
    public let reason: String
    public var description: String { reason }

    /// An error with the system's reason.
    public init(reason: String) { self.reason = reason }
}

/// Calls `body` with the texts as a C array that ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}

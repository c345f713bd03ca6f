import Foundation

/// A running process that this one has started, in a process group of its own.
///
/// Its standard input is a pipe: most processes of Baton end when it ends, the others read typed lines.
struct Child: Sendable {
    let pid: pid_t
    private let input: Int32

    /// - Parameter log: where standard output and error are appended.
    /// - Throws: ``ChaosError/notStarted(_:reason:)``.
    init(_ executable: String, _ arguments: [String], _ environment: [String: String], log: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ChaosError.notStarted(executable, reason: String(cString: strerror(errno)))
        }
        Self.closeFilesAtStart()
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        var arguments = ([executable] + arguments).map { strdup($0) } + [nil]
        var environment = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, executable, &files, &attributes, &arguments, &environment)
        close(ends[0])
        guard failure == 0 else {
            close(ends[1])
            throw ChaosError.notStarted(executable, reason: String(cString: strerror(failure)))
        }
        pid = child
        input = ends[1]
    }

    /// Marks every open file above the three standard streams as close-on-exec: a child that held the harness's sockets
    /// would keep cut connections open, and one that held another's pipe would keep it from ending.
    private static func closeFilesAtStart() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// How the child ended, such as `signal 9`; nil while it runs. Ask only once for the end: the system then forgets
    /// the child.
    func end() -> String? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        close(input)
        // The layout of a wait status (wait(2)): the low seven bits hold the signal, the second byte the code.
        return status & 0x7F == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(status & 0x7F)"
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Types one line; nothing happens without a reader.
    func type(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(input, bytes, bytes.count)
    }
}

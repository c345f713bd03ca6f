import Foundation

/// A child process, spawned and reaped without Foundation's `Process`, whose bookkeeping several children at a time
/// confuse.
final class Spawned: @unchecked Sendable {
    // Sendable because the fields that change are touched by one test, step by step.
    let pid: pid_t
    private let input: FileHandle
    private(set) var exitCode: Int32?

    /// What becomes of a standard stream.
    enum Stream {
        case log
        case file(String)
        case descriptor(Int32)
        case closed
    }

    /// - Parameter log: where standard output and error are appended, unless `output` and `error` say otherwise.
    init(
        _ path: String, _ arguments: [String], _ environment: [String: String], log: String, output: Stream = .log,
        error: Stream = .log
    ) throws {
        let pipe = Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipe.fileHandleForReading.fileDescriptor, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (number, stream) in [(Int32(1), output), (2, error)] {
            switch stream {
            case .log: break
            case .file(let path): posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            case .closed: posix_spawn_file_actions_addclose(&actions, number)
            }
        }
        var arguments = ([path] + arguments).map { strdup($0) } + [nil]
        var environment = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var child = pid_t()
        let result = posix_spawn(&child, path, &actions, nil, &arguments, &environment)
        guard result == 0 else { throw TestFailure("\(path) cannot be started: \(String(cString: strerror(result)))") }
        try pipe.fileHandleForReading.close()
        pid = child
        input = pipe.fileHandleForWriting
    }

    deinit {
        closeInput()
        if isRunning {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
    }

    var isRunning: Bool {
        guard exitCode == nil else { return false }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return true }
        exitCode = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return false
    }

    func signal(_ signal: Int32) {
        if isRunning { kill(pid, signal) }
    }

    func say(_ line: String) throws {
        try input.write(contentsOf: Data((line + "\n").utf8))
    }

    func closeInput() { try? input.close() }

    /// Waits for the end without holding a thread.
    func end() async throws -> Int32 {
        try await eventually("process \(pid) ends") { !self.isRunning }
        return exitCode ?? -1
    }
}

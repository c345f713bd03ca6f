import Foundation

/// Makes the disk fail for one process only.
struct BrokenDisk: Sendable {
    /// How much a log may still grow when no other file may, so that the process can log why it ends.
    private static let logRoom: UInt64 = 48 * 1_024
    private static let strace = "/usr/bin/strace"
    private static let prlimit = "/usr/bin/prlimit"

    /// The folder for strace's output.
    let folder: String
    let warden: Warden

    /// From now on no file of the process grows beyond a small size (RLIMIT_FSIZE): the next write of the journal
    /// beyond it fails as on a full disk, with another error number. The harness ignores SIGXFSZ, which its children
    /// inherit.
    /// - Returns: false if it is not permitted.
    func fill(_ pid: pid_t, log: String) async throws -> Bool {
        let size = ((try? FileManager.default.attributesOfItem(atPath: log))?[.size] as? UInt64) ?? 0
        let (end, _) = try await Tool.run(
            Self.prlimit, ["--pid", "\(pid)", "--fsize=\(size + Self.logRoom):"], ["PATH": "/usr/bin:/bin"],
            log: "\(folder)/prlimit.log", within: .seconds(5), warden: warden)
        return end == "exit code 0"
    }

    /// One strace: the files of its trace and of its own messages.
    struct Tracing: Sendable {
        let child: Child
        let log: String
        let said: String

        /// Whether it is attached to the process.
        var isAttached: Bool { (try? String(contentsOfFile: said, encoding: .utf8))?.contains("attached") ?? false }
    }

    /// From now on the disk confirms nothing to the process: fsync and fdatasync fail with EIO.
    /// - Returns: nil if strace is not installed.
    func failSyncs(of pid: pid_t) async throws -> Tracing? {
        try await inject("fsync,fdatasync", "EIO", into: pid)
    }

    /// From now on the disk takes nothing more of these files: whoever writes them is told ENOSPC.
    /// - Returns: nil if strace is not installed.
    func fill(_ files: [String], of pid: pid_t) async throws -> Tracing? {
        try await inject("pwrite64,ftruncate,fallocate", "ENOSPC", into: pid, files.flatMap { ["-P", $0] })
    }

    private func inject(
        _ calls: String, _ error: String, into pid: pid_t, _ files: [String] = []
    ) async throws -> Tracing? {
        guard FileManager.default.isExecutableFile(atPath: Self.strace) else { return nil }
        // Two kinds may meet at one process: each writes its own.
        let name = "\(folder)/strace-\(pid)-\(error)"
        let log = "\(name).log"
        let child = try Child(
            Self.strace,
            [
                "-f", "-p", "\(pid)", "-o", log, "-e", "trace=\(calls)", "-e", "inject=\(calls):error=\(error)",
            ] + files, ["PATH": "/usr/bin:/bin"], log: "\(name).said")
        await warden.began(child.pid)
        return Tracing(child: child, log: log, said: "\(name).said")
    }

    /// Detaches from the process.
    /// - Returns: what strace has written.
    func endTracing(_ tracing: Tracing) async -> String {
        var isKilled = false
        let deadline = ContinuousClock.now + .seconds(5)
        tracing.child.send(SIGTERM)
        while tracing.child.end() == nil {
            if !isKilled, .now > deadline {
                tracing.child.send(SIGKILL)
                isKilled = true
            }
            if (try? await Task.sleep(for: .milliseconds(20))) == nil { usleep(1_000) }
        }
        await warden.ended(tracing.child.pid)
        return (try? String(contentsOfFile: tracing.log, encoding: .utf8)) ?? ""
    }
}

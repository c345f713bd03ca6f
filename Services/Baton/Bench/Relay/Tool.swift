import Foundation

/// A program that this one starts: a process of the relay, or a yardstick.
///
/// Processes of Baton end when their standard input does, so they never outlive this one.
final class Tool: Sendable {
    /// How long an orderly end may take before the process is killed.
    private static let endTimeout = Duration.seconds(12)

    let name: String
    /// Takes its standard output and error.
    let log: String
    private let process: Process
    /// Closing it tells a process of Baton to end.
    private let input: Pipe

    /// Starts an executable.
    /// - Parameters:
    ///   - environment: all of it.
    ///   - folder: where its log is written, as `<name>.log`.
    /// - Throws: ``BenchError/notStarted(_:reason:)``, ``BenchError/file(path:reason:)``.
    init(
        _ name: String, _ executable: String, _ arguments: [String] = [], environment: [String: String],
        logIn folder: String
    ) throws(BenchError) {
        self.name = name
        log = "\(folder)/\(name).log"
        guard FileManager.default.createFile(atPath: log, contents: nil), let file = FileHandle(forWritingAtPath: log)
        else { throw .file(path: log, reason: "cannot be written") }
        process = Process()
        input = Pipe()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = input
        process.standardOutput = file
        process.standardError = file
        do {
            try process.run()
        } catch {
            throw .notStarted(executable, reason: error.localizedDescription)
        }
    }

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Everything that it has written.
    var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Waits until the process ends by itself; ends it if the task is cancelled.
    /// - Returns: its output.
    /// - Throws: ``BenchError/ended(_:log:)`` if it failed; `CancellationError`.
    func run() async throws -> String {
        while isRunning {
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                await end()
                throw error
            }
        }
        guard process.terminationStatus == 0 else { throw BenchError.ended(name, log: log) }
        return output
    }

    /// Ends the process in order, or, if that takes too long or the task is cancelled, without.
    func end() async {
        let deadline = ContinuousClock.now + Self.endTimeout
        if isRunning { process.terminate() }
        while isRunning {
            if Task.isCancelled || .now > deadline { kill(pid, SIGKILL) }
            // A cancelled task does not sleep; a killed process ends soon anyway.
            if (try? await Task.sleep(for: .milliseconds(5))) == nil { usleep(1_000) }
        }
    }
}

extension Tool {
    /// The path of an executable of the system; nil if it is not installed.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// This process's environment without the settings of Baton, which are given one by one.
    static var plainEnvironment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BATON_") }
    }
}

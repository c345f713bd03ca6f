import Foundation

/// A program that does one task and ends.
enum Tool {
    /// Runs it to its end, at most `limit`.
    /// - Returns: how it ended, and its output.
    static func run(
        _ executable: String, _ arguments: [String], _ environment: [String: String], log: String,
        within limit: Duration, warden: Warden
    ) async throws -> (end: String, text: String) {
        let child = try Child(executable, arguments, environment, log: log)
        await warden.began(child.pid)
        let deadline = ContinuousClock.now + limit
        var isKilled = false
        while true {
            if let end = child.end() {
                await warden.ended(child.pid)
                return (end, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
            }
            if !isKilled, .now > deadline || Task.isCancelled {
                child.send(SIGKILL)
                isKilled = true
            }
            if (try? await Task.sleep(for: .milliseconds(20))) == nil { usleep(1_000) }
        }
    }
}

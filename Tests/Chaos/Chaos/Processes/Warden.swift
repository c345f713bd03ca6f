import Foundation

/// Ends the run's processes if the harness itself dies: a shell that knows each child and waits for the end of its
/// standard input. A process that was stopped would not notice by itself.
actor Warden {
    private static let script = """
        pids=
        while read -r word pid; do
            rest=
            for other in $pids; do [ "$other" = "$pid" ] || rest="$rest $other"; done
            pids=$rest
            [ "$word" = end ] || pids="$pids $pid"
        done
        [ -z "$pids" ] || kill -9 $pids
        """

    private let shell: Child

    /// - Throws: ``ChaosError/notStarted(_:reason:)``.
    init(log: String) throws {
        shell = try Child("/bin/sh", ["-c", Self.script], ["PATH": "/usr/bin:/bin"], log: log)
    }

    func began(_ pid: pid_t) { shell.type("begin \(pid)") }
    func ended(_ pid: pid_t) { shell.type("end \(pid)") }
}

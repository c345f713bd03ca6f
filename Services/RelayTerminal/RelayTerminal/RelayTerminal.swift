import DeviceRuntime
import ServiceRuntime

/// The reference relay terminal: shows its tag, submits what phones and its scanner bring, shows the outcome.
public enum RelayTerminal {
    /// The process from its first line to its orderly end: all that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-terminal", reading: TerminalConfiguration.init) { process, configuration in
            let terminal = TerminalShell(
                configuration, eventLoop: process.eventLoopGroup.next(), logger: process.logger,
                onSession: process.sessionHealth())
            try process.announce()
            return [terminal]
        }
    }
}

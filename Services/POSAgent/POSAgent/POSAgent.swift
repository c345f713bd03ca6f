import DeviceRuntime
import ServiceRuntime

/// The reference POS agent: enters what the relay sends into the POS program's input windows, and says what came of it.
public enum POSAgent {
    /// The process from its first line to its orderly end: all that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-pos-agent", reading: AgentConfiguration.init) { process, configuration in
            let agent = try AgentShell(
                configuration, in: process,
                onSession: process.sessionHealth())
            try process.announce()
            return [agent]
        }
    }
}

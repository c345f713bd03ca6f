import ServiceRuntime

/// The middle of the relay's path: submitted transactions in; commands, authorizations and outcomes out.
public enum Router {
    /// The process from its first line to its orderly end: all that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-router", reading: RouterConfiguration.init) { process, configuration in
            [RouterShell(configuration, process)]
        }
    }
}

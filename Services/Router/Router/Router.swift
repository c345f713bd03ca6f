import RelayJournal
import ServiceRuntime

/// The router: submitted transactions in; commands, authorizations and outcomes out.
public enum Router {
    /// The process from its first line to its orderly end: the only function that an executable calls.
    /// - Parameter journals: makes the engine that stores the journals and the registry of a home.
    public nonisolated(nonsending) static func run<Engine: JournalEngine>(
        journals: @escaping @Sendable (Home) -> Engine
    ) async throws {
        try await ServiceProcess.run("baton-router", reading: RouterConfiguration.init) { process, configuration in
            [RouterShell(configuration, process, journals: journals(process.home))]
        }
    }
}

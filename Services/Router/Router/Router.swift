import RelayJournal
import ServiceRuntime

/// The middle of the relay's path: submitted transactions in; commands, authorizations and outcomes out.
public enum Router {
    /// The process from its first line to its orderly end: all that an executable calls.
    /// - Parameter journals: makes the engine that keeps the journals and the registry of a home.
    public nonisolated(nonsending) static func run<Engine: JournalEngine>(
        journals: @escaping @Sendable (Home) -> Engine
    ) async throws {
        try await ServiceProcess.run("baton-router", reading: RouterConfiguration.init) { process, configuration in
            [RouterShell(configuration, process, journals: journals(process.home))]
        }
    }
}

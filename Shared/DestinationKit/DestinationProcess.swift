import ServiceRuntime

/// The process of a destination's adapter, from its first line to its orderly end: what a provider's executable calls.
public enum DestinationProcess {
    /// Reads the settings, serves the routers until told to stop, then finishes what is in progress at the destination.
    /// `examples/my-bank` shows it.
    ///
    /// - Parameters:
    ///   - service: the executable's name.
    ///   - reading: the provider's own settings, beside ``AdapterSettings`` and what every process reads.
    ///   - destination: made once, before any router gets the manifest.
    /// - Throws: nothing; see `ServiceProcess.run`.
    public nonisolated(nonsending) static func run<Own: Sendable>(
        _ service: String, reading: @escaping @Sendable (Settings) throws -> Own,
        destination: @escaping @Sendable (Own) async throws -> any Destination
    ) async throws {
        try await ServiceProcess.run(
            service, reading: { settings in (try AdapterSettings(settings), try reading(settings)) }
        ) { process, settings in
            let (adapter, own) = settings
            let worker = try adapter.worker(try await destination(own), of: process)
            try process.announce()
            return [worker]
        }
    }
}

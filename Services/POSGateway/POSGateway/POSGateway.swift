import DeviceEdge
import ServiceRuntime

/// The WebSocket edge for POS agents. It has no key, and sees only sealed bytes.
public enum POSGateway {
    /// The process from its first line to its orderly end: the only function that an executable calls.
    public nonisolated(nonsending) static func run() async throws {
        try await ServiceProcess.run("baton-pos-gateway", reading: configuration) { process, configuration in
            [service(configuration, of: process)]
        }
    }

    /// What every gateway reads, and nothing else.
    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    static func configuration(_ settings: Settings) throws -> GatewayConfiguration {
        try GatewayConfiguration(settings, for: .pos)
    }

    static func service(_ configuration: GatewayConfiguration, of process: ServiceProcess) -> DeviceGateway {
        DeviceGateway(for: .pos, configuration, of: process)
    }
}

import DeviceEdge
import ServiceRuntime

/// The WebSocket edge for POS agents. It holds no key, and sees sealed bytes alone.
public enum POSGateway {
    /// What every gateway reads, and nothing else.
    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    public static func configuration(_ settings: Settings) throws -> GatewayConfiguration {
        try GatewayConfiguration(settings, for: .pos)
    }

    public static func service(_ configuration: GatewayConfiguration, of process: ServiceProcess) -> DeviceGateway {
        DeviceGateway(for: .pos, configuration, of: process)
    }
}

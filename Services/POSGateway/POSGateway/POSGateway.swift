import DeviceEdge
import ServiceRuntime

/// The WebSocket edge for POS agents. It holds no key, and sees sealed bytes alone.
public enum POSGateway {
    /// What every gateway reads, and nothing else.
    public static func configuration(_ settings: Settings) throws(SettingsError) -> GatewayConfiguration {
        try GatewayConfiguration(settings, for: .pos)
    }

    /// - Throws: `RuntimeError` if the home cannot be used.
    public static func service(_ configuration: GatewayConfiguration, of process: ServiceProcess) throws
        -> DeviceGateway
    {
        try DeviceGateway(for: .pos, configuration, of: process)
    }
}

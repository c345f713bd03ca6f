import BusSettings
import DeviceProtocol
import RelayTransport
import ServiceRuntime

/// What every gateway reads, beside what every process reads; the table is in docs/operations.md.
public struct GatewayConfiguration: Sendable {
    /// `BATON_LISTEN`.
    public var listen: HostPort
    /// Where the routers are, `BATON_ROUTER`.
    public var bus: BusConfiguration
    /// `BATON_CONNECTIONS`: devices with a session.
    public var connectionsMax: Int
    /// `BATON_CONNECTIONS_PER_ADDRESS`: connections of one address without a session.
    public var connectionsPerAddressMax: Int
    /// `BATON_PUBLIC_URL`, without a slash at its end.
    public var publicURL: String

    public init(
        listen: HostPort, bus: BusConfiguration, connectionsMax: Int = 19_000,
        connectionsPerAddressMax: Int = 2_500, publicURL: String = "http://127.0.0.1:7780"
    ) {
        self.listen = listen
        self.bus = bus
        self.connectionsMax = connectionsMax
        self.connectionsPerAddressMax = connectionsPerAddressMax
        self.publicURL = publicURL
    }

    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    public init(_ settings: Settings, for kind: DeviceKind) throws {
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: kind == .terminal ? 7781 : 7782),
            meaning: "Where devices connect, at \(DeviceLimits.path).")
        connectionsMax = try settings.read(
            "BATON_CONNECTIONS", as: .integer(1...1_000_000), default: 19_000,
            meaning: "How many devices may be connected at a time; more get 503.")
        connectionsPerAddressMax = try settings.read(
            "BATON_CONNECTIONS_PER_ADDRESS", as: .integer(1...1_000_000), default: 2_500,
            meaning: "How many connections of one address may be without a session; more are closed.")
        publicURL = try settings.read(
            "BATON_PUBLIC_URL", as: .publicURL, default: .ownIngress,
            meaning: "Where phones reach the relay; the beginning of the tags that devices get."
        ).text
        bus = try .connecting(settings)
    }
}

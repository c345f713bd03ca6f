import DeviceProtocol
import RelayTransport
import ServiceRuntime

/// What a gateway reads from its environment, beside what every process reads.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_LISTEN` | `0.0.0.0:7781` for terminals, `0.0.0.0:7782` for POS agents | where devices connect |
/// | `BATON_ROUTER` | the home's folder of `ipc://` sockets | where routers are found |
/// | `BATON_CONNECTIONS` | `19000` | how many devices may be connected; a device more is answered 503 |
public struct GatewayConfiguration: Sendable {
    public var listen: HostPort
    /// Nil: the folder of this home's sockets.
    public var routers: [BusAddress]?
    public var connectionsMost: Int

    public init(listen: HostPort, routers: [BusAddress]? = nil, connectionsMost: Int = 19_000) {
        self.listen = listen
        self.routers = routers
        self.connectionsMost = connectionsMost
    }

    /// - Throws: `SettingsError`.
    public init(_ settings: Settings, for kind: DeviceKind) throws(SettingsError) {
        let port: UInt16 = kind == .terminal ? 7781 : 7782
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .any(port: port), meaning: "Where devices connect, at /v1/devices.")
        routers = try settings.readIfSet(
            "BATON_ROUTER", as: .list(of: .bus), meaning: "Where routers are found; without it, in this home.")
        connectionsMost = try settings.read(
            "BATON_CONNECTIONS", as: .integer(1...1_000_000), default: 19_000,
            meaning: "How many devices may be connected at a time.")
    }

    /// The bus as `process` reaches it.
    /// - Throws: `RuntimeError` if the home's folder of sockets cannot be used.
    public func bus(of process: ServiceProcess) throws -> BusConfiguration {
        let addresses = try routers ?? [.ipc(directory: process.home.runDirectory())]
        return BusConfiguration(addresses, security: process.isInsecure ? .insecure : nil)
    }
}

extension SettingKind<BusAddress> {
    /// An address of routers: `tcp://router:7701`, `ipc:///var/lib/baton/run`.
    fileprivate static var bus: Self {
        Self(
            expected: "tcp://host:port or ipc:///folder", example: .tcp(host: "router", port: BusAddress.portDefault),
            parse: { text throws(SettingProblem) in
                guard let address = try? BusAddress(text) else { throw .malformed }
                return address
            }, write: \.description)
    }
}

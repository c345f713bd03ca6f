import BusSettings
import Foundation
import Logging
import RelayTransport
import ServiceRuntime

/// What `baton` reads, the same for each of its commands.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_HOME` | `/var/lib/baton` | the folder of journals, registry, keys, sockets and logs |
/// | `BATON_NAME` | `baton` | the name of this command in the routers' logs |
/// | `BATON_ROUTER` | the home's folder of sockets | where the routers are found |
/// | `BATON_INSECURE` | `false` | allows `tcp://` to routers, without encryption and authentication |
/// | `BATON_PUBLIC_URL` | none | how phones reach the ingress; written on tags |
/// | `BATON_RELAYS` | none | the relays, besides this one, to which `submit --tag` may send a code: their public addresses |
/// | `BATON_SITE` | none | the name of this relay in exports, if several are booked together |
/// | `BATON_LISTEN` | `127.0.0.1:7780` | `up`: where phones connect |
/// | `BATON_LISTEN_TERMINALS` | `127.0.0.1:7781` | `up`: where relay terminals connect |
/// | `BATON_LISTEN_POS` | `127.0.0.1:7782` | `up`: where POS agents connect |
/// | `BATON_LISTEN_SANDBOX` | `127.0.0.1:7790` | `demo`: where the sandbox destination listens |
/// | `BATON_CONNECTIONS_PER_ADDRESS` | `2500` | `up`: connections of one address to the ingress, and without a session to a gateway |
/// | `BATON_STREAMS_PER_ADDRESS` | `128` | `up`: event streams to one address |
/// | `BATON_ADMIN` | `127.0.0.1:7761` | `up`: the first router's admin address; the second's, the ingress's, the gateways' and the adapters' follow; port 0: any free |
/// | `BATON_LOG_LEVEL` | `info` | `up`: the least severe level that it and its processes log |
/// | `BATON_DRAIN` | `10s` | `up`: how long one process's orderly end may take |
struct BatonConfiguration: Sendable {
    let home: Home
    let name: String
    /// Whether BATON_ROUTER names the routers' address.
    let isRouterNamed: Bool
    let publicURL: PublicURL?
    let relays: [PublicURL]?
    let site: String?
    let phones: HostPort
    let terminals: HostPort
    let pos: HostPort
    let sandbox: HostPort
    /// The limits of one address at the edges, if not their default: behind a proxy all phones come from one address.
    let connectionsPerAddressMax: Int?
    let streamsPerAddressMax: Int?
    let admin: HostPort
    let logLevel: Logger.Level
    let drainTimeout: Duration
    private let environment: [String: String]

    /// - Throws: `SettingsError`; also for a variable `BATON_*` that is in none of the rows above.
    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws(SettingsError) {
        let settings = Settings(environment)
        try self.init(settings, environment)
        try settings.refuseUnknown()
    }

    private init(_ settings: Settings, _ environment: [String: String]) throws(SettingsError) {
        home = try settings.home
        name = try settings.read(
            "BATON_NAME", as: .identifier, default: "baton", meaning: "The name of this command in the routers' logs.")
        let router = try settings.readIfSet(
            "BATON_ROUTER", as: .url("ipc", "tcp"), meaning: "Where the routers are found.")
        isRouterNamed = router != nil
        publicURL = try settings.readIfSet(
            "BATON_PUBLIC_URL", as: .publicURL, meaning: "How phones reach the ingress; written on tags.")
        relays = try settings.readIfSet(
            "BATON_RELAYS", as: .list(of: .publicURL),
            meaning: "The relays, besides this one, to which submit --tag may send a code.")
        site = try settings.readIfSet(
            "BATON_SITE", as: .identifier,
            meaning: "The name of this relay in exports, if several are booked together.")
        phones = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: 7780), meaning: "Where phones connect.")
        terminals = try settings.read(
            "BATON_LISTEN_TERMINALS", as: .address, default: .loopback(port: 7781),
            meaning: "Where relay terminals connect.")
        pos = try settings.read(
            "BATON_LISTEN_POS", as: .address, default: .loopback(port: 7782), meaning: "Where POS agents connect.")
        sandbox = try settings.read(
            "BATON_LISTEN_SANDBOX", as: .address, default: .loopback(port: 7790),
            meaning: "Where the sandbox destination listens.")
        connectionsPerAddressMax = try settings.readIfSet(
            "BATON_CONNECTIONS_PER_ADDRESS", as: .integer(1...100_000),
            meaning: "Connections of one address to the ingress, and without a session to a gateway.")
        streamsPerAddressMax = try settings.readIfSet(
            "BATON_STREAMS_PER_ADDRESS", as: .integer(0...10_000), meaning: "Event streams to one address.")
        admin = try settings.read(
            "BATON_ADMIN", as: .address, default: .loopback(port: 7761),
            meaning: "The first process's admin address; the next ones follow.")
        logLevel = try settings.read(
            "BATON_LOG_LEVEL", as: .choice(), default: .info, meaning: "The least severe level that is logged.")
        drainTimeout = try settings.read(
            "BATON_DRAIN", as: .duration(.zero ... .seconds(600)), default: .seconds(10),
            meaning: "How long one process's orderly end may take.")
        _ = try settings.isInsecure
        self.environment = environment
    }

    /// Every setting with its default and its meaning, a few lines each, for `--help`.
    static var help: String { Settings.help { try BatonConfiguration($0, [:]) } }

    /// Where phones reach the ingress: as configured, or as the ingress of this home announces it.
    /// - Throws: `RuntimeError` if there is an announcement that cannot be read.
    func ingress() throws(RuntimeError) -> String {
        if let publicURL { return publicURL.text }
        let announced = try Announcement.read(home: home, name: "ingress")?.addresses["http"].flatMap(HostPort.init)
        return "http://\((announced ?? phones).reachable)"
    }

    /// The bus as this process reaches it. Makes the home's folder of sockets, which commands that only use HTTP do not
    /// need.
    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    func bus() throws -> BusConfiguration { try .connecting(Settings(environment)) }
}

import BusSettings
import Foundation
import Logging
import RelayTransport
import ServiceRuntime

/// What `baton` reads, the same for each of its commands; the table is in docs/operations.md.
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

    /// - Throws: `SettingsError`; also for a variable `BATON_*` that `baton` does not read.
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

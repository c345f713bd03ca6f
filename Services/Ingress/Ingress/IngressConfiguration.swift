import BusSettings
import RelayTransport
import ServiceRuntime

/// What the ingress reads, beside what every process reads; the table is in docs/operations.md.
public struct IngressConfiguration: Sendable {
    /// `BATON_LISTEN`.
    public let listen: HostPort
    /// Without a slash at its end.
    public let publicURL: PublicURL?
    /// Where the routers are, `BATON_ROUTER`.
    public let bus: BusConfiguration
    /// The folder of the key files, `BATON_KEYS`.
    public let keys: String
    /// `BATON_REQUESTS`, at a time.
    public let requestsMax: Int
    /// `BATON_STREAMS`, at a time.
    public let streamsMax: Int
    /// `BATON_CONNECTIONS`, at a time.
    public let connectionsMax: Int
    /// `BATON_CONNECTIONS_PER_ADDRESS`, at a time.
    public let connectionsPerAddressMax: Int
    /// `BATON_STREAMS_PER_ADDRESS`, at a time.
    public let streamsPerAddressMax: Int

    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    public init(_ settings: Settings) throws {
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: 7780), meaning: "Where phones connect.")
        publicURL = try settings.readIfSet(
            "BATON_PUBLIC_URL", as: .publicURL,
            meaning: "How phones reach the ingress. Without it the answer to a tag names only a path.")
        keys = try settings.read(
            "BATON_KEYS", as: .path, default: settings.home.keys,
            meaning: "The folder of the key files seal and digest.")
        requestsMax = try settings.read(
            "BATON_REQUESTS", as: .integer(1...12_000), default: 2_048,
            meaning: "Requests that may be read or wait at a time; more get 503.")
        streamsMax = try settings.read(
            "BATON_STREAMS", as: .integer(0...10_000), default: 512,
            meaning: "Event streams at a time; more get 503.")
        connectionsMax = try settings.read(
            "BATON_CONNECTIONS", as: .integer(1...100_000), default: 10_000,
            meaning: "Connections at a time; more are not accepted until some close.")
        connectionsPerAddressMax = try settings.read(
            "BATON_CONNECTIONS_PER_ADDRESS", as: .integer(1...100_000), default: 2_500,
            meaning: "Connections from one address; more are closed. Behind a proxy all phones are of one address.")
        streamsPerAddressMax = try settings.read(
            "BATON_STREAMS_PER_ADDRESS", as: .integer(0...10_000), default: 128,
            meaning: "Event streams to one address; more get 503. Behind a proxy all phones are of one address.")
        bus = try .connecting(settings)
    }
}

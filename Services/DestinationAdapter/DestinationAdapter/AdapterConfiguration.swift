import BusSettings
import RelayDomain
import RelayTransport
import ServiceRuntime

/// What the destination adapter reads.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_DESTINATION` | must be set | the ID of the destination, as the shop has registered it |
/// | `BATON_KIND` | must be set | how to speak to it: `echo` or `sandbox` |
/// | `BATON_DESTINATION_URL` | `http://127.0.0.1:7790` | where it answers (`sandbox`) |
/// | `BATON_ROUTER` | the home's socket folder | where the routers are |
/// | `BATON_KEYS` | `keys` in the home | the folder of the key file `seal` |
/// | `BATON_CONCURRENT` | 256 | requests to the destination at a time; more wait until their time is over |
public struct AdapterConfiguration: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case echo, sandbox }

    public let destination: DestinationID
    public let kind: Kind
    public let destinationURL: String
    public let bus: BusConfiguration
    public let keys: String
    public let concurrent: Int

    /// - Throws: `SettingsError`, `RuntimeError`, `TransportError`, ``AdapterError/destination(_:)``.
    public init(_ settings: Settings) throws {
        let id = try settings.read(
            "BATON_DESTINATION", as: .identifier, meaning: "The ID of the destination, as the shop has registered it.")
        kind = try settings.read("BATON_KIND", as: .choice(of: Kind.self), meaning: "How to speak to the destination.")
        destinationURL = try settings.read(
            "BATON_DESTINATION_URL", as: .url("http", "https"), default: "http://127.0.0.1:7790",
            meaning: "Where the destination answers (sandbox).")
        keys = try settings.read(
            "BATON_KEYS", as: .path, default: settings.home.keys, meaning: "The folder of the key file seal.")
        concurrent = try settings.read(
            "BATON_CONCURRENT", as: .integer(1...10_000), default: 256,
            meaning: "Requests to the destination at a time; more wait until their time is over.")
        bus = try .connecting(settings)
        guard let destination = DestinationID(id) else { throw AdapterError.destination(id) }
        self.destination = destination
    }
}

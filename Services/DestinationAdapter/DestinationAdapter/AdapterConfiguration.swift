import DestinationKit
import RelayDomain
import ServiceRuntime

/// What the destination adapter reads, beside ``AdapterSettings``; the table is in docs/destinations.md.
public struct AdapterConfiguration: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case echo, sandbox }

    public let destination: DestinationID
    public let kind: Kind
    public let destinationURL: String
    public let adapter: AdapterSettings
    public let concurrent: Int

    /// - Throws: `SettingsError`, `RuntimeError`, `TransportError`, ``AdapterError/destination(_:)``.
    public init(_ settings: Settings) throws {
        let id = try settings.read(
            "BATON_DESTINATION", as: .identifier, meaning: "The ID of the destination, as the shop has registered it.")
        kind = try settings.read("BATON_KIND", as: .choice(of: Kind.self), meaning: "How to speak to the destination.")
        destinationURL = try settings.read(
            "BATON_DESTINATION_URL", as: .url("http", "https"), default: "http://127.0.0.1:7790",
            meaning: "Where the destination answers (sandbox).")
        concurrent = try settings.read(
            "BATON_CONCURRENT", as: .integer(1...10_000), default: 256,
            meaning: "Requests to the destination at a time; more wait until their time is over.")
        adapter = try AdapterSettings(settings)
        guard let destination = DestinationID(id) else { throw AdapterError.destination(id) }
        self.destination = destination
    }
}

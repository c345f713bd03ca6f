import ServiceRuntime

/// What `baton-sandbox destination` reads, beside what every process reads; the table is in docs/sandbox.md.
public struct DestinationConfiguration: Sendable {
    /// `BATON_LISTEN`.
    public var listen: HostPort

    /// The configuration with this address.
    public init(listen: HostPort) { self.listen = listen }

    /// - Throws: `SettingsError`.
    public init(_ settings: Settings) throws(SettingsError) {
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: 7790),
            meaning: "Where adapters, phones and tests connect.")
    }
}

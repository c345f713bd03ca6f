import ServiceRuntime

/// What `baton-sandbox destination` reads.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_LISTEN` | `127.0.0.1:7790` | where it listens; port 0: any free port |
/// | `BATON_HOME` | `/var/lib/baton` | the folder of `sandbox/ledger.db` and `sandbox/digest.key` |
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

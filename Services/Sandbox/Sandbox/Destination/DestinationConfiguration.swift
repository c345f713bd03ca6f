import ServiceRuntime

/// What `baton-sandbox destination` reads.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_LISTEN` | `127.0.0.1:7790` | where it listens; port 0: any free port |
/// | `BATON_HOME` | `/var/lib/baton` | the folder of `sandbox/ledger.db` and `sandbox/digest.key` |
public struct DestinationConfiguration: Sendable {
    public var listen: HostPort

    public init(listen: HostPort) { self.listen = listen }

    public init(_ settings: Settings) throws(SettingsError) {
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: 7790),
            meaning: "Where adapters, phones and tests connect.")
    }
}

import ServiceRuntime

/// What `baton-sandbox destination` reads.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_LISTEN` | `127.0.0.1:7790` | where it listens; port 0 takes a free one |
/// | `BATON_HOME` | `/var/lib/baton` | `sandbox/ledger.db` and `sandbox/digest.key` lie below it |
public struct DestinationConfiguration: Sendable {
    public var listen: HostPort

    public init(listen: HostPort) { self.listen = listen }

    public init(_ settings: Settings) throws(SettingsError) {
        listen = try settings.read(
            "BATON_LISTEN", as: .address, default: .loopback(port: 7790),
            meaning: "Where adapters, phones and tests connect.")
    }
}

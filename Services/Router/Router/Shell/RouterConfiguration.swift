import BusSettings
import RelayTransport
import ServiceRuntime

/// What a router is told.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `BATON_HOME` | `/var/lib/baton` | holds `journals/` and `registry.db` |
/// | `BATON_JOURNALS` | `1` | how many journals the relay has, 1 to 100; fixed when the first is made |
/// | `BATON_LISTEN` | the home's socket folder | where the bus is bound: `ipc://FOLDER` or `tcp://HOST:PORT` |
public struct RouterConfiguration: Sendable {
    public let journals: Int
    public internal(set) var bus: BusConfiguration

    public init(_ settings: Settings) throws {
        journals = try settings.read(
            "BATON_JOURNALS", as: .integer(1...100), default: 1,
            meaning: "How many journals the relay has; fixed when the first is made.")
        bus = try .binding(settings)
    }
}

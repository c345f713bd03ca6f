import RelayTransport
import ServiceRuntime

extension BusConfiguration {
    /// Where a router binds: `BATON_LISTEN`, by default the home's socket folder.
    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    public static func binding(_ settings: Settings) throws -> BusConfiguration {
        try from(settings, key: "BATON_LISTEN", meaning: "Where the bus is bound: ipc://FOLDER or tcp://HOST:PORT.")
    }

    /// Where a service finds routers: `BATON_ROUTER`, by default the home's socket folder.
    /// - Throws: `SettingsError`, `RuntimeError` or `TransportError`.
    public static func connecting(_ settings: Settings) throws -> BusConfiguration {
        try from(settings, key: "BATON_ROUTER", meaning: "Where routers are found: ipc://FOLDER or tcp://HOST:PORT.")
    }

    private static func from(_ settings: Settings, key: String, meaning: String) throws -> BusConfiguration {
        let home = try settings.home
        let address = try settings.readIfSet(key, as: .url("ipc", "tcp"), meaning: meaning)
        let isInsecure = try settings.isInsecure
        return BusConfiguration(
            [try address.map { try BusAddress("\($0)") } ?? .ipc(directory: try home.runDirectory())],
            security: isInsecure ? .insecure : nil)
    }
}

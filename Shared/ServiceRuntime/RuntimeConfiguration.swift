import Foundation
import Logging

/// What every process reads, as docs/operations.md describes it.
struct RuntimeConfiguration: Sendable {
    let home: Home
    let instance: String
    let admin: HostPort
    let logLevel: Logger.Level
    let drainTimeout: Duration
    let isInsecure: Bool
    let endsWithInput: Bool
    /// The descriptor for the reports of ``Loops``; nil: no process watches.
    let ticks: Int32?
    /// The watchdog that started this process; nil: there is none.
    let watchdog: pid_t?

    init(_ settings: Settings, service: String) throws(SettingsError) {
        home = try settings.home
        let shortName = service.hasPrefix("baton-") ? String(service.dropFirst("baton-".count)) : service
        instance = try settings.read(
            "BATON_NAME", as: .identifier, default: shortName, meaning: "This instance among those of one home.")
        admin = try settings.read(
            "BATON_ADMIN", as: .address, default: .loopback(port: 0),
            meaning: "Where /livez, /readyz and /metrics are served.")
        logLevel = try settings.read(
            "BATON_LOG_LEVEL", as: .choice(), default: .info, meaning: "The least severe level that is logged.")
        drainTimeout = try settings.read(
            "BATON_DRAIN", as: .duration(.zero ... .seconds(600)), default: .seconds(10),
            meaning: "How long an orderly end may take before the process is terminated.")
        isInsecure = try settings.isInsecure
        endsWithInput = try settings.read(
            "BATON_PARENT", as: .bool, default: false, meaning: "End when standard input does (children of baton up).")
        ticks = try settings.readIfSet(
            "BATON_TICKS", as: .integer(3...1_024), meaning: "Set by this process's parent: a pipe's descriptor."
        ).map(Int32.init)
        watchdog = try settings.readIfSet(
            "BATON_WATCHDOG", as: .integer(1...(1 << 22)), meaning: "Set by this process's watchdog: its own number."
        ).map(pid_t.init)
    }
}

extension Settings {
    /// `BATON_HOME`, for the defaults of paths below it: `settings.home.registry`.
    public var home: Home {
        get throws(SettingsError) {
            Home(
                try read(
                    "BATON_HOME", as: .path, default: "/var/lib/baton",
                    meaning: "The folder of journals, registry, keys and sockets."))
        }
    }

    /// `BATON_INSECURE`: true allows `tcp://` endpoints without encryption and authentication.
    public var isInsecure: Bool {
        get throws(SettingsError) {
            try read(
                "BATON_INSECURE", as: .bool, default: false,
                meaning: "Allow tcp:// endpoints without encryption and authentication.")
        }
    }
}

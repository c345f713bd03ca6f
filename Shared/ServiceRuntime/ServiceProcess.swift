import Logging
import NIOConcurrencyHelpers
import NIOPosix

/// One running process of the relay: what its services share.
///
/// Made by ``run(_:arguments:environment:reading:start:)`` and handed to the closure that makes the services.
public final class ServiceProcess: Sendable {
    /// The version of every executable of this build.
    public static let version = "0.1.0"

    /// The executable: `baton-router`.
    public let service: String
    /// This instance among those of one home, `BATON_NAME`: `router`.
    public let instance: String
    /// The folders below `BATON_HOME`.
    public let home: Home
    /// True if `tcp://` endpoints may be used without keys, `BATON_INSECURE`.
    public let isInsecure: Bool
    /// How long the orderly end may take before the rest is cancelled, `BATON_DRAIN`.
    public var drainTimeout: Duration { configuration.drainTimeout }
    /// What `/readyz` answers; each service registers the parts that it depends on.
    public let health: Health
    /// What `/metrics` shows; also installed as swift-metrics' factory.
    public let metrics: MetricsRegistry
    /// For the services' own loggers use `Logger(label:)`, which has the same handler.
    public let logger: Logger
    /// The one event-loop thread of this process: more would only add thread switches. Shut down after the services.
    public let eventLoopGroup: MultiThreadedEventLoopGroup

    let configuration: RuntimeConfiguration
    let startedAt = Timestamp.now
    /// Why the process was told to end; nil until then.
    let stopReason = NIOLockedValueBox<String?>(nil)
    private let announced = NIOLockedValueBox(Announced())

    /// The parts of the announcement so far.
    private struct Announced: Sendable {
        var admin: HostPort?
        var addresses: [String: String]?
        var written: Announcement?
    }

    init(_ service: String, _ configuration: RuntimeConfiguration) {
        self.service = service
        self.configuration = configuration
        instance = configuration.instance
        home = configuration.home
        isInsecure = configuration.isInsecure
        health = Health(Loops(watcher: configuration.ticks))
        metrics = MetricsRegistry()
        eventLoopGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        logger = Logger(label: service) { [instance] label in
            JSONLogHandler(label: label, service: service, instance: instance, level: configuration.logLevel)
        }
    }

    /// Publishes that this process is ready, and its addresses: writes `run/<name>.json` (see ``Announcement``).
    ///
    /// Call it once all addresses are bound; a second call adds to the first.
    /// - Parameter addresses: by protocol: `["http": "127.0.0.1:43121"]`.
    /// - Throws: if the file cannot be written.
    public func announce(_ addresses: [String: String] = [:]) throws {
        try announced.withLockedValue { announced in
            announced.addresses = (announced.addresses ?? [:]).merging(addresses) { $1 }
            try write(&announced)
        }
        logger.info("ready", metadata: addresses.mapValues { .string($0) })
    }

    /// Where `/livez`, `/readyz` and `/metrics` are served; nil until the port is bound and after the end.
    public var adminAddress: HostPort? { announced.withLockedValue { $0.admin } }

    /// The admin port is bound.
    func adminIsBound(at address: HostPort) throws {
        try announced.withLockedValue { announced in
            announced.admin = address
            try write(&announced)
        }
    }

    /// Removes the announcement; nothing is announced after it.
    func withdrawAnnouncement() {
        announced.withLockedValue { announced in
            announced.written?.remove(from: home)
            announced = Announced()
        }
    }

    /// Everything that `/metrics` shows.
    func exposition() -> String {
        let process = ProcessMetrics(
            service: service, instance: instance, startedAt: startedAt, home: home, loops: health.loops)
        return process.exposition() + metrics.exposition()
    }

    /// Writes the announcement if the admin port is bound and the services are ready.
    private func write(_ announced: inout Announced) throws {
        guard let admin = announced.admin, let addresses = announced.addresses else { return }
        let announcement = Announcement(
            service: service, name: instance, pid: configuration.watchdog ?? getpid(), worker: getpid(),
            startedAt: startedAt.description,
            admin: admin.description, addresses: addresses)
        try announcement.write(to: home)
        announced.written = announcement
    }
}

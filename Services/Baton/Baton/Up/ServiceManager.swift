import NIOCore
import NIOPosix
import ServiceLifecycle

/// systemd, if it started this process and asks for notices: sd_notify(3), `Type=notify`, `WatchdogSec=`.
///
/// A notice that cannot be sent is dropped; systemd keeps its own time limits.
struct ServiceManager: Sendable {
    enum Word: String {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
        /// The process is alive: due once in each period of the watchdog.
        case alive = "WATCHDOG=1"
    }

    /// What it sets for the process that it started; child processes must not inherit it.
    static let variables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]

    private let channel: any Channel
    /// After how long without a sign of life the process is killed; nil: never.
    let patience: Duration?

    /// - Parameters:
    ///   - environment: of this process.
    ///   - pid: of this process; a watchdog request for another process is ignored.
    /// - Returns: nil if no service manager has asked for notices, or its socket does not exist.
    init?(_ environment: [String: String], pid: Int32) async {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") else { return nil }
        let bootstrap = DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        guard let channel = try? await bootstrap.connect(unixDomainSocketPath: path).get() else { return nil }
        self.channel = channel
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(pid)" } ?? true
        patience =
            isMeant
            ? environment["WATCHDOG_USEC"].flatMap { UInt32($0) }.flatMap { $0 > 0 ? .microseconds(Int64($0)) : nil }
            : nil
    }

    func tell(_ word: Word) {
        channel.writeAndFlush(ByteBuffer(string: word.rawValue), promise: nil)
    }

    func close() { channel.close(promise: nil) }
}

/// Tells the service manager that the supervisor is alive, twice in each period, as long as it comes round.
struct WatchdogNotices: Service {
    let manager: ServiceManager
    let supervisor: Supervisor

    func run() async throws {
        guard let patience = manager.patience else { return try await gracefulShutdown() }
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await supervisor.comesRound()
            manager.tell(.alive)
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: patience / 2) }
        }
    }
}

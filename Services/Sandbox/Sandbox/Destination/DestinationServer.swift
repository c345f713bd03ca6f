import Foundation
import Hummingbird
import Logging
import NIOCore
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// The destination: its ledger's writer and its HTTP server.
public struct DestinationServer: Sendable {
    private let writer: LedgerWriter
    private let server: HTTPServer

    /// Opens the ledger below `folder`, making it if it is absent.
    /// - Parameter onBound: called once with the address that is bound.
    /// - Throws: an error that names the file if the ledger cannot be used.
    public init(
        _ configuration: DestinationConfiguration, folder: String, eventLoopGroup: any EventLoopGroup, logger: Logger,
        onBound: @escaping @Sendable (HostPort) -> Void
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let store = try LedgerStore(path: folder + "/ledger.db")
        writer = LedgerWriter(store, logger: logger, now: SandboxClock.now)
        let api = DestinationAPI(
            writer: writer, store: store,
            digests: try InstrumentDigests(keyFile: folder + "/digest.key", isForNewLedger: try store.isEmpty()),
            now: SandboxClock.now)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: api.routes.buildResponder(),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.listen.host, port: configuration.listen.port), backlog: 1_024),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
                onBound(HostPort(host: configuration.listen.host, port: port).reachable)
            },
            eventLoopGroupProvider: .shared(eventLoopGroup), logger: quiet)
        server = HTTPServer(
            application: application, address: configuration.listen,
            executor: EventLoopTaskExecutor(eventLoopGroup.any()))
    }

    /// In the order of their start; the ledger ends after the server.
    public var services: [any Service] { [writer, server] }
}

/// The HTTP server, which names the setting to change if it cannot listen.
private struct HTTPServer: Service {
    let application: Application<RouterResponder<SandboxContext>>
    let address: HostPort
    /// Requests are carried out on the event loop of their connections.
    let executor: EventLoopTaskExecutor

    func run() async throws {
        do {
            try await withTaskExecutorPreference(executor) { try await application.run() }
        } catch let error as IOError {
            throw SandboxError.cannotListen(key: "BATON_LISTEN", address: "\(address)", reason: systemReason(error))
        }
    }
}

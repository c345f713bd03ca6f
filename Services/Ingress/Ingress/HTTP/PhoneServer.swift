import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import ServiceRuntime

/// The port where phones connect.
///
/// Ends before ``RouterLine`` does: it takes no more requests, and those that wait are answered with what is known.
struct PhoneServer: Service {
    let address: HostPort
    let connectionsMost: Int
    let api: PhoneAPI
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    /// Called once with the address that is bound.
    let onBound: @Sendable (HostPort) throws -> Void

    /// A connection without a request is closed after this time.
    private static let idleMost = TimeAmount.seconds(75)

    /// Serves until told to stop.
    /// - Throws: ``IngressError/cannotListen(address:reason:)`` if the address cannot be bound.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: api,
            server: .http1(configuration: .init(idleTimeout: Self.idleMost)),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1_024,
                availableConnectionsDelegate: .maximum(connectionsMost, logger: quiet)),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
                try? onBound(HostPort(host: address.host, port: port).reachable)
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: quiet)
        do {
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: {
                api.line.drain()
            }
        } catch let error as IOError {
            throw IngressError.cannotListen(address: address.description, reason: "\(error)")
        }
    }
}

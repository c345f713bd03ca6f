import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// The port for those who watch the process: `/livez`, `/readyz` and `/metrics`, in plain HTTP.
struct AdminServer: Service {
    let address: HostPort
    let eventLoopGroup: any EventLoopGroup
    let health: Health
    let metrics: @Sendable () -> String
    let logger: Logger
    /// Called once with the address that is bound.
    let onBound: @Sendable (HostPort) -> Void

    /// Serves until told to stop.
    /// - Throws: ``RuntimeError/adminPort(address:reason:)`` if the address cannot be bound.
    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            router: routes,
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), backlog: 16),
            onServerRunning: { channel in
                let port = channel.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
                onBound(HostPort(host: address.host, port: port).reachable)
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw RuntimeError.adminPort(address: address.description, reason: systemReason(error))
        }
    }

    private var routes: Router<BasicRequestContext> {
        let router = Router()
        router.get("livez") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"], body: bytes(Array(#"{"live":true}"#.utf8)))
        }
        router.get("readyz") { _, _ in
            let report = health.report
            return Response(
                status: report.isReady ? .ok : .serviceUnavailable, headers: [.contentType: "application/json"],
                body: bytes(report.json))
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: bytes(Array(metrics().utf8)))
        }
        return router
    }

    private func bytes(_ bytes: [UInt8]) -> ResponseBody { ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
}

import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// The admin port for monitoring: `/livez`, `/readyz` and `/metrics`, in plain HTTP, one answer per connection.
///
/// Runs on a thread of its own, so that it answers even if the process's loops hang. Strangers cannot block it: above
/// ``connectionsMax`` connections the oldest is closed, and each ends after ``connectionTimeout``.
struct AdminServer: Service {
    static let connectionsMax = 64

    let address: HostPort
    let health: Health
    let metrics: @Sendable () -> String
    /// How long one connection may take, from its first byte to its last.
    var connectionTimeout = TimeAmount.seconds(10)
    /// Called once with the address that is bound.
    let onBound: @Sendable (HostPort) -> Void

    /// Serves until told to stop.
    /// - Throws: ``RuntimeError/adminPort(address:reason:)`` if the address cannot be bound.
    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try await listen(on: group.next())
            let port = listener.localAddress?.port.flatMap(UInt16.init(exactly:)) ?? 0
            onBound(HostPort(host: address.host, port: port).reachable)
            try? await gracefulShutdown()
            try? await listener.close()
        } catch {
            try? await group.shutdownGracefully()
            throw RuntimeError.adminPort(address: address.description, reason: systemReason(error))
        }
        try? await group.shutdownGracefully()
    }

    private func listen(on loop: any EventLoop) async throws -> any Channel {
        let connections = try await loop.submit { NIOLoopBound(AdminConnections(), eventLoop: loop) }.get()
        return try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.value.add(channel, for: connectionTimeout)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(AdminConnection(answer: answer))
                }
            }
            .bind(host: address.host, port: address.port).get()
    }

    /// The answer for a path.
    private func answer(_ path: Substring) -> AdminAnswer {
        switch path {
        case "/livez":
            let liveness = health.liveness
            return AdminAnswer(liveness.isLive ? .ok : .serviceUnavailable, json: liveness.json)
        case "/readyz":
            let report = health.report
            return AdminAnswer(report.isReady ? .ok : .serviceUnavailable, json: report.json)
        case "/metrics":
            return AdminAnswer(
                status: .ok, type: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics().utf8))
        default: return AdminAnswer(.notFound, json: Array(#"{"paths":["/livez","/readyz","/metrics"]}"#.utf8))
        }
    }
}

/// One answer of the admin port.
struct AdminAnswer: Sendable {
    let status: HTTPResponseStatus
    let type: String
    let body: [UInt8]

    init(status: HTTPResponseStatus, type: String, body: [UInt8]) {
        (self.status, self.type, self.body) = (status, type, body)
    }

    init(_ status: HTTPResponseStatus, json: [UInt8]) {
        self.init(status: status, type: "application/json", body: json)
    }
}

/// The open connections, oldest first. Used only on the port's event loop.
private final class AdminConnections {
    private var open: [any Channel] = []

    func add(_ channel: any Channel, for limit: TimeAmount) {
        if open.count >= AdminServer.connectionsMax { open.removeFirst().close(promise: nil) }
        open.append(channel)
        let timeout = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            timeout.cancel()
            self.open.removeAll { $0 === channel }
        }
    }
}

/// Answers the first request of a connection, and closes it.
private final class AdminConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: (Substring) -> AdminAnswer
    private var head: HTTPRequestHead?

    init(answer: @escaping (Substring) -> AdminAnswer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = self.head ?? head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            reply(to: head, context)
        }
    }

    private func reply(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = head.uri.prefix { $0 != "?" }
        let answer =
            head.method == .GET || head.method == .HEAD
            ? answer(path) : AdminAnswer(.methodNotAllowed, json: Array(#"{"methods":["GET","HEAD"]}"#.utf8))
        let headers: HTTPHeaders = [
            "Content-Type": answer.type, "Content-Length": "\(answer.body.count)", "Connection": "close",
        ]
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers))),
            promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

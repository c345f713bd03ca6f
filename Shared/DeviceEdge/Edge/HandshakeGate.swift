import DeviceProtocol
import HTTPEdge
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Decides which HTTP request may become a device's WebSocket (RFC 6455, section 4.2), and how the others are answered.
enum HandshakeGate {
    enum Answer: Equatable {
        case upgrade
        case refuse(HTTPResponseStatus, String)
    }

    static func judge(_ head: HTTPRequestHead, hasRoom: Bool) -> Answer {
        if let fault = head.hostFault { return .refuse(.badRequest, fault) }
        guard RequestPath.of(target: head.uri) == DeviceLimits.path else {
            return .refuse(.notFound, "Devices connect at \(DeviceLimits.path).")
        }
        guard head.method == .GET,
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" })
        else { return .refuse(.upgradeRequired, "This is a WebSocket; ask for an upgrade.") }
        guard head.headers[canonicalForm: "sec-websocket-protocol"].contains(where: { $0 == DeviceLimits.subprotocol })
        else { return .refuse(.badRequest, "Ask for the subprotocol \(DeviceLimits.subprotocol).") }
        guard hasRoom else {
            return .refuse(.serviceUnavailable, "The gateway is at capacity; try another one.")
        }
        return .upgrade
    }
}

/// Answers the requests that do not become WebSockets, and ends connections that take too long to send a request. It is
/// removed from the pipeline once the WebSocket is open.
final class HandshakeResponder: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let limit: TimeAmount
    private let metrics: GatewayMetrics
    private let hasRoom: () -> Bool
    private var end: Scheduled<Void>?
    private var isAnswered = false

    init(within limit: TimeAmount, metrics: GatewayMetrics, hasRoom: @escaping () -> Bool) {
        self.limit = limit
        self.metrics = metrics
        self.hasRoom = hasRoom
    }

    func handlerAdded(context: ChannelHandlerContext) {
        end = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [metrics] in
            metrics.countRefused("late")
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data), !isAnswered else { return }
        isAnswered = true
        switch HandshakeGate.judge(head, hasRoom: hasRoom()) {
        case .refuse(let status, let text): refuse(status, text, context)
        case .upgrade: refuse(.badRequest, "The WebSocket handshake is incomplete or of another version.", context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A refused handshake first causes an error; then its request comes here and is answered.
        if !(error is NIOWebSocketUpgradeError) { context.close(promise: nil) }
    }

    private func refuse(_ status: HTTPResponseStatus, _ text: String, _ context: ChannelHandlerContext) {
        metrics.countRefused("\(status.code)")
        let body = context.channel.allocator.buffer(string: text + "\n")
        var headers = HTTPHeaders([
            ("content-type", "text/plain; charset=utf-8"), ("content-length", "\(body.readableBytes)"),
            ("connection", "close"),
        ])
        if status == .serviceUnavailable { headers.add(name: "retry-after", value: "5") }
        if status == .upgradeRequired { headers.add(name: "upgrade", value: "websocket") }
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}

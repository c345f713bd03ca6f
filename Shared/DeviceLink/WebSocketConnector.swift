import DeviceProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Opens one WebSocket for a ``DeviceLink`` and writes to it (RFC 6455).
enum WebSocketConnector {
    /// How long TCP and the upgrade may take before the attempt has failed.
    private static let timeLimit = TimeAmount.seconds(8)

    /// Opens a connection and reports to the link.
    static func open(to gateway: GatewayAddress, for link: NIOLoopBound<DeviceLink>, attempt: UInt64) {
        let bootstrap = ClientBootstrap(group: link.eventLoop)
            .resolver(link.value.resolver)
            .connectTimeout(timeLimit)
            // Frames are small: a buffer of 64 to 16,384 bytes keeps an idle connection under 4 KiB.
            .channelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 256, maximum: 16_384)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try upgrade(channel, to: gateway, for: link, attempt: attempt)
                }
            }
        let connected =
            gateway.numeric.map { bootstrap.connect(to: $0) }
            ?? bootstrap.connect(host: gateway.host, port: gateway.port)
        connected.whenComplete { result in
            switch result {
            case .success(let channel):
                // A name may have several addresses: of the channels for them only this one counts.
                link.value.opening(channel, attempt: attempt)
                channel.closeFuture.whenComplete { _ in link.value.disconnected(nil, attempt: attempt) }
            case .failure: link.value.disconnected(nil, attempt: attempt)
            }
        }
    }

    /// Runs on the loop while a channel is made.
    private static func upgrade(
        _ channel: any Channel, to gateway: GatewayAddress, for link: NIOLoopBound<DeviceLink>, attempt: UInt64
    ) throws {
        let upgrader = NIOTypedWebSocketClientUpgrader(maxFrameSize: DeviceLimits.frameBytesMax) { channel, response in
            channel.eventLoop.makeCompletedFuture {
                guard response.headers["Sec-WebSocket-Protocol"] == [DeviceLimits.subprotocol] else { return false }
                try channel.pipeline.syncOperations.addHandlers([
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64,
                        maxAccumulatedFrameSize: DeviceLimits.frameBytesMax),
                    FrameHandler(link: link.value, attempt: attempt),
                ])
                return true
            }
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: gateway.path,
            headers: [
                "Host": gateway.authority, "Content-Length": "0",
                "Sec-WebSocket-Protocol": DeviceLimits.subprotocol,
            ])
        var pipeline = NIOUpgradableHTTPClientPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(false) }))
        pipeline.leftOverBytesStrategy = .forwardBytes
        try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: pipeline)
            .whenComplete { result in
                if case .success(true) = result {
                    link.value.connected(attempt: attempt)
                } else {
                    channel.close(promise: nil)  // Not a gateway of this protocol.
                }
            }
    }

    /// Writes a text frame; a client masks what it sends (RFC 6455, section 5.3).
    static func send(_ bytes: [UInt8], on channel: any Channel) {
        let frame = WebSocketFrame(
            fin: true, opcode: .text, maskKey: .random(), data: channel.allocator.buffer(bytes: bytes))
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Writes a close frame, then closes whatever the peer does.
    static func close(_ channel: any Channel, _ reason: CloseReason) {
        var data = channel.allocator.buffer(capacity: 2 + reason.word.utf8.count)
        data.writeInteger(reason.code)
        data.writeString(reason.word)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data)
        channel.writeAndFlush(frame).whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Parses WebSocket frames for the link.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let link: DeviceLink
    private let attempt: UInt64

    init(link: DeviceLink, attempt: UInt64) {
        self.link = link
        self.attempt = attempt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .text:
            link.heard(Array(buffer: bytes), attempt: attempt)
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: bytes)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
            link.heardSignOfLife(attempt: attempt)
        case .connectionClose:
            let reason = bytes.readInteger(as: UInt16.self).map(CloseReason.init(code:))
            link.disconnected(reason ?? .done, attempt: attempt)
            WebSocketConnector.close(context.channel, .done)
        case .pong, .continuation:
            link.heardSignOfLife(attempt: attempt)
        default:
            WebSocketConnector.close(context.channel, .notText)
        }
    }

    /// A WebSocket error: the link learns it from the channel's end.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

import DeviceProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import ServiceRuntime

/// Accepts devices' connections and makes WebSockets of them, all on one event loop.
///
/// An idle connection costs a few KiB: HTTP's handlers leave once the WebSocket stands, and what is read comes in buffers
/// that grow with what a device sends.
final class DeviceServer {
    /// Connections that may be on their way to a WebSocket beside those that are one. More are closed without a word.
    static let handshakesMost = 512

    private let loop: GatewayLoop
    private let connectionsMost: Int
    private let handshakeLimit: TimeAmount
    private let metrics = GatewayMetrics()
    private var accepted = 0
    private var open = 0

    /// Why a connection is closed without a word.
    private struct NoRoom: Error {}

    /// - Parameter handshakeLimit: from the connection to the upgrade.
    init(_ loop: GatewayLoop, connectionsMost: Int, handshakeLimit: Duration) {
        self.loop = loop
        self.connectionsMost = connectionsMost
        self.handshakeLimit = TimeAmount(handshakeLimit)
    }

    /// Binds the address.
    /// - Returns: the listening channel; closing it stops accepting and leaves open what is open.
    static func bind(
        _ address: HostPort, _ server: NIOLoopBound<DeviceServer>, on eventLoop: any EventLoop
    ) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 256, maximum: 16_384)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: DeviceConnection.waitingBytesMost / 2, high: DeviceConnection.waitingBytesMost)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try server.value.accept(channel, server) }
            }
            .bind(host: address.host, port: address.port).get()
    }

    private var hasRoom: Bool { open < connectionsMost }

    private func accept(_ channel: any Channel, _ own: NIOLoopBound<DeviceServer>) throws {
        guard accepted < connectionsMost + Self.handshakesMost else {
            metrics.countRefused("closed")
            throw NoRoom()
        }
        accepted += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.accepted -= 1 }
        let responder = HandshakeResponder(within: handshakeLimit, metrics: metrics) { self.hasRoom }
        let responderBound = NIOLoopBound(responder, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: DeviceLimits.frameBytesMost, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let answer = HandshakeGate.judge(head, hasRoom: own.value.hasRoom)
                let headers = HTTPHeaders([("sec-websocket-protocol", DeviceLimits.subprotocol)])
                return channel.eventLoop.makeSucceededFuture(answer == .upgrade ? headers : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try own.value.upgrade(channel, responderBound.value) }
            })
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }),
            withErrorHandling: true)
        try pipeline.addHandler(responder)
    }

    private func upgrade(_ channel: any Channel, _ responder: HandshakeResponder) throws {
        open += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in self.open -= 1 }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(loop.makeConnection())
        pipeline.removeHandler(responder, promise: nil)
    }
}

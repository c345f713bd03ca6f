import DeviceProtocol
import HTTPEdge
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import ServiceRuntime

/// Accepts devices' connections and makes WebSockets of them, all on one event loop.
///
/// An idle connection costs a few KiB: the HTTP handlers are removed once the WebSocket is open, and read buffers grow
/// with what a device sends. Each turn of the loop reads at most ``readBytesMax`` of each device, so that a device that
/// sends without end gets no more time than the others.
final class DeviceServer {
    /// Places for connections in their handshake, beside ``GatewayConfiguration/connectionsMax``.
    static let handshakesMax = 512
    /// What is read of a device in one turn.
    static let readBytesMax = 1_024

    private let loop: GatewayLoop
    private let connectionsMax: Int
    private let handshakeTimeout: TimeAmount
    private let metrics = GatewayMetrics()
    private var book: ConnectionBook
    /// Connections without a session, which may be closed for others.
    private var strangers: [ConnectionBook.Number: any Channel] = [:]

    /// Why a connection is closed without an answer.
    private struct NoRoom: Error {}

    /// - Parameters:
    ///   - connectionsMax: devices with a session. Half as many may be without one.
    ///   - perAddressMax: connections from one address without a session.
    ///   - handshakeTimeout: from the connection to the upgrade.
    init(_ loop: GatewayLoop, connectionsMax: Int, perAddressMax: Int, handshakeTimeout: Duration) {
        self.loop = loop
        self.connectionsMax = connectionsMax
        self.handshakeTimeout = TimeAmount(handshakeTimeout)
        book = ConnectionBook(
            .init(
                most: connectionsMax + Self.handshakesMax,
                strangersMax: max(Self.handshakesMax, connectionsMax / 2), perAddressMax: perAddressMax,
                countsKnown: false))
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
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 256, maximum: Self.readBytesMax)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: DeviceConnection.waitingBytesMax / 2, high: DeviceConnection.waitingBytesMax)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try server.value.accept(channel, server) }
            }
            .bind(host: address.host, port: address.port).get()
    }

    private var hasRoom: Bool { book.count - book.strangers < connectionsMax }

    /// Admits a connection, if necessary in place of the one that has been without a session for longest.
    private func letIn(_ channel: any Channel) throws -> ConnectionBook.Number {
        switch book.admit(from: PeerNetwork(channel.remoteAddress)) {
        case .admitted(let number, let evicted):
            if let evicted {
                metrics.countRefused("displaced")
                strangers.removeValue(forKey: evicted)?.close(promise: nil)
            }
            strangers[number] = channel
            channel.closeFuture.assumeIsolated().whenComplete { _ in
                self.strangers[number] = nil
                self.book.remove(number)
            }
            return number
        case .tooManyOfAddress:
            metrics.countRefused("address")
            throw NoRoom()
        case .full:
            metrics.countRefused("closed")
            throw NoRoom()
        }
    }

    private func welcomed(_ number: ConnectionBook.Number) {
        strangers[number] = nil
        book.becameKnown(number)
    }

    private func accept(_ channel: any Channel, _ own: NIOLoopBound<DeviceServer>) throws {
        let number = try letIn(channel)
        let responder = HandshakeResponder(within: handshakeTimeout, metrics: metrics) { self.hasRoom }
        let responderBound = NIOLoopBound(responder, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: DeviceLimits.frameBytesMax, automaticErrorHandling: false,
            shouldUpgrade: { channel, head in
                let answer = HandshakeGate.judge(head, hasRoom: own.value.hasRoom)
                let headers = HTTPHeaders([("sec-websocket-protocol", DeviceLimits.subprotocol)])
                return channel.eventLoop.makeSucceededFuture(answer == .upgrade ? headers : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try own.value.upgrade(channel, number, responderBound.value) }
            })
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }),
            withErrorHandling: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: RequestHeadLimits.decoder)
        try pipeline.addHandler(responder)
    }

    private func upgrade(
        _ channel: any Channel, _ number: ConnectionBook.Number, _ responder: HandshakeResponder
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(loop.makeConnection { self.welcomed(number) })
        pipeline.removeHandler(responder, promise: nil)
    }
}

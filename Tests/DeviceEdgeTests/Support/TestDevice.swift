import DeviceProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import RelayDomain

/// A WebSocket client without manners: sends any frame, and tells what comes, in order.
struct TestDevice: Sendable {
    enum Heard: Equatable, Sendable {
        /// The WebSocket stands.
        case opened
        case frame(DeviceFrame)
        case ping
        case pong
        case closed(UInt16, String)
        /// The channel is gone.
        case ended
        /// The gateway answered the handshake with this status, and did not upgrade.
        case refused(UInt)

        var isTime: Bool {
            if case .frame(.event(_, name: "time", _)) = self { true } else { false }
        }
    }

    let channel: any Channel
    /// What the gateway made of the handshake: ``Heard/opened`` or ``Heard/refused(_:)``.
    let answer: Heard
    private let heard: AsyncStream<Heard>

    /// Connects, asks for the upgrade, and waits until the gateway has answered it.
    static func connect(
        to port: Int, protocol name: String = DeviceLimits.subprotocol, on group: any EventLoopGroup
    ) async throws -> TestDevice {
        let (heard, tell) = AsyncStream.makeStream(of: Heard.self)
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: 1 << 20, automaticErrorHandling: true,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Listener(tell))
                    tell.yield(.opened)
                }
            })
        let channel = try await ClientBootstrap(group: group)
            .channelOption(.socketOption(.so_rcvbuf), value: 65_536)  // So that a device can be slow to read.
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let opener = Opener(name, tell)
                    let bound = NIOLoopBound(opener, eventLoop: channel.eventLoop)
                    try pipeline.addHTTPClientHandlers(
                        withClientUpgrade: (
                            upgraders: [upgrader],
                            completionHandler: { context in
                                context.channel.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                            }
                        ))
                    try pipeline.addHandler(opener)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let answer = await heard.first { _ in true } ?? .ended
        return TestDevice(channel: channel, answer: answer, heard: heard)
    }

    /// The next thing that came; pings are passed over unless they are waited for, and so is the relay's time, which
    /// comes when clocks drift apart.
    func next(pings: Bool = false) async -> Heard {
        for await heard in heard where (pings || heard != .ping) && !heard.isTime { return heard }
        return .ended
    }

    func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8], masked: Bool = true) async throws {
        let frame = WebSocketFrame(
            fin: true, opcode: opcode, maskKey: masked ? .random() : nil, data: ByteBuffer(bytes: bytes))
        try await channel.writeAndFlush(frame)
    }

    /// Sends a frame over and over, without waiting for anything.
    func flood(_ opcode: WebSocketOpcode, fin: Bool = true, _ text: String = "", times: Int) {
        let frame = WebSocketFrame(fin: fin, opcode: opcode, maskKey: .random(), data: ByteBuffer(string: text))
        for _ in 0..<times { channel.write(frame, promise: nil) }
        channel.flush()
    }

    func send(_ text: String) async throws { try await send(.text, Array(text.utf8)) }

    func call(_ id: Int64, _ request: DeviceRequest) async throws {
        try await send(
            .text, DeviceFrame.call(CallID(id)!, action: request.action.rawValue, request.body).bytes)
    }

    /// Greets and asks for a session.
    func greet(as device: Device) async throws {
        try await call(1, .hello(device))
        _ = await next()
        try await call(2, .prove)
    }
}

/// Asks for the upgrade once the connection stands.
private final class Opener: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart
    private let name: String
    private let tell: AsyncStream<TestDevice.Heard>.Continuation

    init(_ name: String, _ tell: AsyncStream<TestDevice.Heard>.Continuation) {
        self.name = name
        self.tell = tell
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: DeviceLimits.path,
            headers: ["host": "localhost", "content-length": "0", "sec-websocket-protocol": name])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { tell.yield(.refused(head.status.code)) }
    }

    func channelInactive(context: ChannelHandlerContext) { tell.finish() }
}

private final class Listener: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let tell: AsyncStream<TestDevice.Heard>.Continuation

    init(_ tell: AsyncStream<TestDevice.Heard>.Continuation) { self.tell = tell }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .text:
            if let frame = try? DeviceFrame(Array(bytes.readableBytesView)) { tell.yield(.frame(frame)) }
        case .ping: tell.yield(.ping)
        case .pong: tell.yield(.pong)
        case .connectionClose:
            let code = bytes.readInteger(as: UInt16.self) ?? 1005
            tell.yield(.closed(code, String(buffer: bytes)))
            context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) { tell.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

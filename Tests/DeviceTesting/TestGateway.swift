import DeviceProtocol
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import RelayDomain

/// A gateway of one file: the real WebSocket and the real session rules, without a relay behind them.
public final class TestGateway: Sendable {
    /// What the relay would answer to a call; nil: nothing.
    public typealias Answer = @Sendable (DeviceCall) -> DeviceReply?
    /// What the relay would answer to a scan; nil: nothing.
    public typealias ScanAnswer = @Sendable (Scan) -> DeviceReply?

    public let channel: any Channel
    /// Everything that devices sent, as a stream of what the sessions made of it.
    public let heard: AsyncStream<GatewaySessionStateMachine.Output>
    /// The connections' handlers, to tell devices something.
    public let sessions: AsyncStream<Session>

    /// A connection, as tests see it.
    public struct Session: Sendable {
        let channel: any Channel
        fileprivate let handler: NIOLoopBound<SessionHandler>

        public func tell(_ event: DeviceEvent) { channel.eventLoop.execute { handler.value.tell(event) } }
        public func close(_ reason: CloseReason) { channel.eventLoop.execute { handler.value.close(reason) } }
        /// Cuts the line without a word.
        public func cut() { channel.close(promise: nil) }
        /// Sends a text that is split over several WebSocket frames.
        public func sendInPieces(_ texts: [String]) {
            for (index, text) in texts.enumerated() {
                let frame = WebSocketFrame(
                    fin: index == texts.count - 1, opcode: index == 0 ? .text : .continuation,
                    data: ByteBuffer(string: text))
                channel.writeAndFlush(frame, promise: nil)
            }
        }
        public func ping() {
            channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .ping, data: ByteBuffer()), promise: nil)
        }
    }

    public init(
        on group: any EventLoopGroup, for kind: DeviceKind = .terminal, subprotocol: String = DeviceLimits.subprotocol,
        scanned: @escaping ScanAnswer = { _ in .refused(Refused(.noScanRule)) }, answer: @escaping Answer
    )
        async throws
    {
        let (heard, onHeard) = AsyncStream.makeStream(of: GatewaySessionStateMachine.Output.self)
        let (sessions, onSession) = AsyncStream.makeStream(of: Session.self)
        (self.heard, self.sessions) = (heard, sessions)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: DeviceLimits.frameBytesMax,
            shouldUpgrade: { channel, head in
                guard head.uri == DeviceLimits.path, head.headers["Sec-WebSocket-Protocol"] == ["baton.v1"] else {
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
                return channel.eventLoop.makeSucceededFuture(["Sec-WebSocket-Protocol": subprotocol])
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let handler = SessionHandler(kind, answer: answer, scanned: scanned, heard: onHeard)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    onSession.yield(
                        Session(channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop)))
                }
            })
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// The relay's time, which stands still.
    public static let now = Instant(milliseconds: 1_796_000_000_000)

    /// Where each device stands.
    public static let counter: CounterFacts = {
        guard let terminal = TerminalID("counter-1") else { preconditionFailure("letters make an identifier") }
        return CounterFacts(terminal: terminal)
    }()
    public static let tag = "http://127.0.0.1:7780/t/counter-1"

    public var port: Int { channel.localAddress?.port ?? 0 }
}

private final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let answer: TestGateway.Answer
    private let scanned: TestGateway.ScanAnswer
    private let heard: AsyncStream<GatewaySessionStateMachine.Output>.Continuation
    private var machine: GatewaySessionStateMachine
    private var random = SystemRandomNumberGenerator()
    private var channel: (any Channel)?

    init(
        _ kind: DeviceKind, answer: @escaping TestGateway.Answer, scanned: @escaping TestGateway.ScanAnswer,
        heard: AsyncStream<GatewaySessionStateMachine.Output>.Continuation
    ) {
        machine = GatewaySessionStateMachine(for: kind, now: TestGateway.now)
        self.answer = answer
        self.scanned = scanned
        self.heard = heard
    }

    func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            let bytes = Array(buffer: frame.unmaskedData)
            carryOut(machine.receive(bytes, now: TestGateway.now, random: &random))
        case .pong: heard.yield(.ping)
        case .connectionClose:
            var data = frame.unmaskedData
            heard.yield(.close(data.readInteger(as: UInt16.self).map(CloseReason.init(code:)) ?? .done))
        default: break
        }
    }

    func tell(_ event: DeviceEvent) { carryOut(machine.tell(event, now: TestGateway.now)) }
    func close(_ reason: CloseReason) { carryOut(machine.close(reason)) }

    private func carryOut(_ outputs: [GatewaySessionStateMachine.Output]) {
        for output in outputs {
            heard.yield(output)
            switch output {
            case .send(let bytes): write(.text, ByteBuffer(bytes: bytes))
            case .remark: break
            case .claim:
                carryOut(
                    machine.welcome(
                        ConnectionCount(term: 1, number: 1), now: TestGateway.now, counter: TestGateway.counter,
                        tag: TestGateway.tag))
            case .call(let id, let call): if let reply = answer(call) { carryOut(machine.answer(id, with: reply)) }
            case .scan(let id, let scan): if let reply = scanned(scan) { carryOut(machine.answer(id, with: reply)) }
            case .ping: write(.ping, ByteBuffer())
            case .close(let reason):
                var data = ByteBuffer()
                data.writeInteger(reason.code)
                write(.connectionClose, data)
                channel?.close(promise: nil)
            }
        }
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        channel?.writeAndFlush(WebSocketFrame(fin: true, opcode: opcode, data: data), promise: nil)
    }
}

import NIOCore
import RelayDomain

/// One relay terminal: a WebSocket to the terminal gateway, and a merchant who submits for every command at once
/// (docs/devices.md).
///
/// It implements the protocol itself, byte by byte, because the load generator must cost less than the relay; a real
/// device should use `DeviceLink`. Lives on the load's event loop.
final class Terminal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case upgrading
        case greeting
        case proving
        /// What to add to the monotonic clock's milliseconds to get the relay's time.
        case open(timeOffset: Int64)
        case ended
    }

    private let id: String
    private let host: String
    private let fleet: TerminalFleet
    private var state = State.upgrading
    private var pending = ByteBuffer()
    private var payload = ByteBuffer()
    private let mask = UInt32.random(in: 1...UInt32.max)
    private var calls = 2
    private var context: ChannelHandlerContext?

    /// The amount that the merchant enters every time.
    private static let amount = #"","amount":{"minorUnits":1250,"currency":"EUR"},"at":"#

    init(_ id: String, of fleet: TerminalFleet, host: String) {
        self.id = id
        self.host = host
        self.fleet = fleet
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        // The key is RFC 6455's own example: it has no secret to keep (section 1.3).
        let request = """
            GET /v1/devices HTTP/1.1\r
            Host: \(host)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: baton.v1\r
            \r\n
            """
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let arrived = unwrapInboundIn(data)
        if pending.readableBytes == 0 {
            pending = arrived
        } else {
            pending.writeImmutableBuffer(arrived)
        }
        if case .upgrading = state {
            guard let end = pending.firstIndex(of: "\r\n\r\n") else { return }
            guard pending.readableBytesView.starts(with: "HTTP/1.1 101 ".utf8) else {
                return fail(context, "a terminal is refused: \(String(buffer: pending).prefix(12))")
            }
            pending.moveReaderIndex(forwardBy: end + 4)
            state = .greeting
            call(context) { $0.writeString(#"[2,1,"hello",{"device":{"kind":"terminal","id":"\#(id)"}}]"#) }
        }
        readFrames(context)
    }

    private func readFrames(_ context: ChannelHandlerContext) {
        do throws(BenchError) {
            while let frame = try WebSocketFrames.next(&pending) {
                switch frame.opcode {
                case WebSocketFrames.Opcode.text: heard(frame.payload, context)
                case WebSocketFrames.Opcode.ping: send(WebSocketFrames.Opcode.pong, frame.payload, context)
                case WebSocketFrames.Opcode.close: context.close(promise: nil)
                default: fail(context, "a frame that is not text")
                }
            }
        } catch {
            fail(context, "\(error)")
        }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
    }

    private func heard(_ text: ByteBuffer, _ context: ChannelHandlerContext) {
        switch (DeviceText(text), state) {
        case (.result(1), .greeting):
            state = .proving
            call(context) { $0.writeString(#"[2,2,"prove",{}]"#) }
        case (.result(2), .proving):
            guard let time = DeviceText.time(in: text) else { return fail(context, "a welcome without time") }
            state = .open(timeOffset: time - LoadClock.milliseconds)
            fleet.opened(self)
        case (.command(let id, let sealed), .open(let offset)):
            submit(id, sealed, at: LoadClock.milliseconds + offset, context)
        case (.result, .open), (.outcome, .open): break
        case (.error(let code), .open): fleet.count("a terminal is told \(code)")
        case (.error(let code), _): fail(context, "a terminal is refused: \(code)")
        case (.unreadable, _), (.result, _), (.command, _), (.outcome, _): fail(context, "a frame out of turn")
        }
    }

    /// The merchant's consent: the sealed bytes are returned unchanged.
    private func submit(_ command: ByteBuffer, _ sealed: ByteBuffer, at time: Int64, _ context: ChannelHandlerContext) {
        calls += 1
        call(context) { text in
            text.writeString("[2,")
            text.writeString(String(calls))
            text.writeString(#","submit",{"command":""#)
            text.writeImmutableBuffer(command)
            text.writeString(#"","sealed":""#)
            text.writeImmutableBuffer(sealed)
            text.writeString(Self.amount)
            text.writeString(String(time))
            text.writeString("}]")
        }
    }

    private func call(_ context: ChannelHandlerContext, _ write: (inout ByteBuffer) -> Void) {
        payload.clear()
        write(&payload)
        send(WebSocketFrames.Opcode.text, payload, context)
    }

    private func send(_ opcode: UInt8, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        var frame = context.channel.allocator.buffer(capacity: payload.readableBytes + 8)
        WebSocketFrames.write(opcode, payload, mask: mask, to: &frame)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private func fail(_ context: ChannelHandlerContext, _ what: String) {
        fleet.count(what)
        state = .ended
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        state = .ended
        fleet.lost(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func close() { context?.close(promise: nil) }
}

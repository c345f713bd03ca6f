import DeviceProtocol
import NIOCore
import NIOWebSocket

/// One device's WebSocket, at the end of its channel's pipeline: frames in, frames out, and an orderly end.
///
/// Output for a device waits in its channel, at most ``waitingBytesMax`` and a close frame; a device that reads slower
/// is closed. Input above its ``FrameBudget`` stays in the kernel until it is read, so that a device that floods delays
/// only itself. Used only on its ``GatewayLoop``'s event loop.
final class DeviceConnection: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// How many bytes may wait for a device to read them. Eight of the largest frames: after a reconnection a device
    /// with many open items is told of all of them at once.
    static let waitingBytesMax = 8 * DeviceLimits.frameBytesMax

    let id: ConnectionID
    private let loop: GatewayLoop
    private var assembler = MessageAssembler()
    private var context: ChannelHandlerContext?
    /// After the close frame nothing is read or written any more.
    private var isClosing = false
    private var isUnflushed = false
    /// The answer to the last ping of this turn: one is enough (RFC 6455, section 5.5.3).
    private var pong: ByteBuffer?
    private var budget = FrameBudget()
    /// Nothing is read meanwhile…
    private var isPaused = false
    /// …and whether the channel has asked for more.
    private var wantsToRead = false
    /// Called once the device has its session; nil from then on.
    private var welcomed: (() -> Void)?

    init(_ id: ConnectionID, on loop: GatewayLoop, welcomed: @escaping () -> Void) {
        self.id = id
        self.loop = loop
        self.welcomed = welcomed
    }

    /// Whether the device has no session yet.
    var isStranger: Bool { welcomed != nil }

    /// The device has its session.
    func becameKnown() {
        welcomed?()
        welcomed = nil
        budget.welcome()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }  // The device disconnected during its handshake.
        self.context = context
        loop.opened(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        loop.ended(self)
    }

    // MARK: - From the device

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch budget.spend(bytes: frame.data.readableBytes, at: .now()) {
        case .goOn: break
        case .pause(let time): pause(for: time)
        case .exhausted:
            isPaused = true  // Until the end.
            if !isClosing { end(.faulty) }
            return
        }
        guard !isClosing else {
            if frame.opcode == .connectionClose { drop() }
            return
        }
        // RFC 6455, sections 5.1 and 5.2: clients mask, and without extensions the reserved bits are 0.
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return end(.protocolError) }
        switch frame.opcode {
        case .connectionClose:
            end(.done)
            flush()
            drop()
        case .ping:
            loop.receive(.heard(id))
            pong = frame.unmaskedData
            flushLater()
        case .pong: loop.receive(.heard(id))
        default:
            switch assembler.append(frame) {
            case .message(let bytes): loop.receive(.received(id, bytes))
            case .incomplete: loop.receive(.heard(id))
            case .refused(let reason): end(reason)
            }
        }
    }

    // MARK: - How fast it is read

    func read(context: ChannelHandlerContext) {
        guard !isPaused else { return wantsToRead = true }
        context.read()
    }

    private func pause(for time: TimeAmount) {
        guard !isPaused, let context else { return }
        isPaused = true
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in self?.readOn() }
    }

    private func readOn() {
        isPaused = false
        guard wantsToRead, let context else { return }
        wantsToRead = false
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isClosing else { return }  // Input after an error is ignored.
        switch error as? NIOWebSocketError {
        case .invalidFrameLength: end(.tooLarge)
        case .some: end(.protocolError)
        case nil: context.close(promise: nil)
        }
    }

    // MARK: - To the device

    func send(_ text: [UInt8]) {
        guard let context else { return }
        write(.text, context.channel.allocator.buffer(bytes: text))
    }

    func ping() {
        guard let context else { return }
        write(.ping, context.channel.allocator.buffer(capacity: 0))
    }

    /// Writes a close frame. The channel is closed when the device has answered it, or a little later by the loop.
    func close(_ reason: CloseReason) {
        guard let context, !isClosing else { return }
        var data = context.channel.allocator.buffer(capacity: 2 + reason.word.utf8.count)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: Int(reason.code)))
        data.writeString(reason.word)
        write(.connectionClose, data)
        isClosing = true
        loop.closing(self, reason)
    }

    /// Closes the channel now.
    func drop() { context?.close(promise: nil) }

    /// Passes what was written to the kernel.
    func flush() {
        if let pong { write(.pong, pong) }
        pong = nil
        isUnflushed = false
        context?.flush()
    }

    /// Ends the connection for a reason that this side found.
    private func end(_ reason: CloseReason) {
        loop.receive(.closed(id))
        close(reason)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        guard let context, !isClosing else { return }
        if !context.channel.isWritable { context.flush() }  // Perhaps only this step's frames are waiting.
        guard context.channel.isWritable || opcode == .connectionClose else { return end(.overloaded) }
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
        flushLater()
    }

    private func flushLater() {
        guard !isUnflushed else { return }
        isUnflushed = true
        loop.flushSoon(self)
    }
}

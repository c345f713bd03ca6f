import NIOCore
import NIOPosix
import RelayDomain
import ServiceRuntime

/// The proxy of a line: passes bytes on in both directions, and breaks when it is told to.
///
/// Lives on one event loop. Each connection goes to a random process behind the line, as with a load balancer.
final class Proxy {
    let line: Line
    private let eventLoop: any EventLoop
    private let backends: Backends
    private var listener: (any Channel)?
    private var channels: [ObjectIdentifier: any Channel] = [:]
    private var isStalled = false

    init(_ line: Line, to backends: Backends, on eventLoop: any EventLoop) {
        self.line = line
        self.backends = backends
        self.eventLoop = eventLoop
    }

    /// Listens at a free port of the loopback interface.
    func start() -> EventLoopFuture<HostPort> {
        let proxy = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try proxy.value.accept(channel) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .map { channel in
                proxy.value.listener = channel
                return HostPort(host: "127.0.0.1", port: UInt16(clamping: channel.localAddress?.port ?? 0))
            }
    }

    /// Ends every connection.
    func cut() { for channel in channels.values { channel.close(promise: nil) } }

    /// Lets nothing pass for a while.
    func stall(for span: Duration) {
        setStalled(true)
        let proxy = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(span.milliseconds)) { proxy.value.setStalled(false) }
    }

    func close() {
        listener?.close(promise: nil)
        cut()
    }

    private func setStalled(_ value: Bool) {
        isStalled = value
        for channel in channels.values { channel.setOption(.autoRead, value: !value).whenFailure { _ in } }
    }

    private func accept(_ channel: any Channel) throws {
        guard let address = backends.any(line) else { return channel.close(promise: nil) }
        let (near, far) = PipeEnd.pair()
        try channel.pipeline.syncOperations.addHandler(near)
        let proxy = NIOLoopBound(self, eventLoop: eventLoop)
        let end = NIOLoopBound(far, eventLoop: eventLoop)
        keep(channel)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(2))
            .channelOption(.autoRead, value: false)
            .channelInitializer { other in
                other.eventLoop.makeCompletedFuture { try other.pipeline.syncOperations.addHandler(end.value) }
            }
            .connect(to: address)
            .whenComplete { result in
                switch result {
                case .failure: channel.close(promise: nil)
                case .success(let other):
                    proxy.value.keep(other)
                    for channel in [channel, other] {
                        channel.setOption(.autoRead, value: !proxy.value.isStalled).whenFailure { _ in }
                    }
                }
            }
    }

    private func keep(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        channels[id] = channel
        let proxy = NIOLoopBound(self, eventLoop: eventLoop)
        channel.closeFuture.whenComplete { _ in proxy.value.channels[id] = nil }
    }
}

/// One of two connections that are passed on to each other.
private final class PipeEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private weak var other: PipeEnd?
    private var context: ChannelHandlerContext?

    static func pair() -> (PipeEnd, PipeEnd) {
        let (near, far) = (PipeEnd(), PipeEnd())
        (near.other, far.other) = (far, near)
        return (near, far)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let other = other?.context else { return context.close(promise: nil) }
        other.writeAndFlush(data, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        other?.context?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

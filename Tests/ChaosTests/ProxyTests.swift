import NIOCore
import NIOPosix
import ServiceRuntime
import Testing

@testable import Chaos

/// The lines through which everything runs: they pass bytes on, hold them, and break, only when they are told to.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ProxyTests {
    /// Sends back what it hears.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
    }

    private typealias Wire = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private func withLine(
        _ work: (@escaping @Sendable (@escaping @Sendable (Proxy) -> Void) -> Void, Wire) async throws -> Void
    ) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let far = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let backends = Backends()
        backends.set(.phones, [HostPort(host: "127.0.0.1", port: UInt16(far.localAddress?.port ?? 0))])
        let proxy = try await loop.submit {
            NIOLoopBound(Proxy(.phones, to: backends, on: loop), eventLoop: loop)
        }.get()
        let address = try await loop.flatSubmit { proxy.value.start() }.get()
        let wire = try await ClientBootstrap(group: loop).connect(host: address.host, port: address.port) { channel in
            channel.eventLoop.makeCompletedFuture { try Wire(wrappingChannelSynchronously: channel) }
        }
        try await work({ order in loop.execute { order(proxy.value) } }, wire)
        try await loop.submit { proxy.value.close() }.get()
        try await far.close()
    }

    @Test func bytesPassAndACutEndsTheConnection() async throws {
        try await withLine { tell, wire in
            try await wire.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "hello"))
                var answers = inbound.makeAsyncIterator()
                #expect(try await answers.next().map { String(buffer: $0) } == "hello")
                tell { $0.cut() }
                #expect(try await answers.next() == nil)
            }
        }
    }

    @Test func whatIsStalledPassesLater() async throws {
        try await withLine { tell, wire in
            try await wire.executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: "1"))
                #expect(try await answers.next().map { String(buffer: $0) } == "1")
                let begin = ContinuousClock.now
                tell { $0.stall(for: .milliseconds(300)) }
                try await outbound.write(ByteBuffer(string: "2"))
                #expect(try await answers.next().map { String(buffer: $0) } == "2")
                #expect(ContinuousClock.now - begin >= .milliseconds(250))
            }
        }
    }
}

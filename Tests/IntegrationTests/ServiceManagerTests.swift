import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

/// `baton up` as systemd's service, which it tells how it is.
@Suite(.serialized) struct ServiceManagerTests {
    /// What systemd hears.
    private final class Heard: ChannelInboundHandler, Sendable {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        let words = NIOLockedValueBox<[String]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let word = String(buffer: unwrapInboundIn(data).data)
            words.withLockedValue { $0.append(word) }
        }

        func has(_ word: String) -> Bool { words.withLockedValue { $0.contains(word) } }
    }

    @Test func itSaysWhenItIsReadyThatItLivesAndWhenItStops() async throws {
        let relay = try TestRelay()
        let heard = Heard()
        let socket = relay.home.path + "/notify"
        let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(heard) }
            .bind(unixDomainSocketPath: socket).get()
        let free = "127.0.0.1:0"
        let up = try await relay.start(
            "baton", as: "up", ["up"],
            [
                "BATON_ADMIN": free, "BATON_LISTEN": free, "BATON_LISTEN_TERMINALS": free, "BATON_LISTEN_POS": free,
                "BATON_LISTEN_SANDBOX": free, "NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "400000",
            ], hasKeyboard: true, waits: false)
        try await eventually("it lives, before it is ready") { heard.has("WATCHDOG=1") }
        try await eventually("it is ready") { heard.has("READY=1") }
        heard.words.withLockedValue { $0 = [] }
        try await eventually("it still lives") { heard.has("WATCHDOG=1") }
        up.signal(SIGTERM)
        try await eventually("it stops") { heard.has("STOPPING=1") }
        #expect(try await up.end() == 0)
        try await channel.close()
    }
}

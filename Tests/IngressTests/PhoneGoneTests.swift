import HTTPEdge
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import RelayDomain
import RelayTesting
import RelayTransport
import ServiceLifecycle
import ServiceRuntime
import Testing

@testable import Ingress

/// A phone that has gone, which only the answer's first bytes find out: the channel closes within that flush.
@Suite(.timeLimit(.minutes(1))) struct PhoneGoneTests {
    /// Closes its channel at the first flush, as the kernel's word about a reset connection does.
    private final class GoneAtFlush: ChannelOutboundHandler {
        typealias OutboundIn = NIOAny
        let isFound: NIOLockedValueBox<Bool>

        init(_ isFound: NIOLockedValueBox<Bool>) { self.isFound = isFound }

        func flush(context: ChannelHandlerContext) {
            isFound.withLockedValue { $0 = true }
            context.close(promise: nil)
        }
    }

    /// The stream's place must not stay taken until the transaction's outcome, nor the router be asked until then.
    @Test func anEventStreamEndsWithThePhoneThatItsFirstFlushFindsGone() async throws {
        let (loop, isFound) = (MultiThreadedEventLoopGroup.singleton.any(), NIOLockedValueBox(false))
        let router = FakeRouter(bus: try TemporaryBus()) { _ in .reply(.status(.sample(version: 1))) }
        try await router.open()
        let (health, logger) = (Health(), Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let routers = RouterClient(
            BusConfiguration([router.bus.address]), name: "ingress", queriesMax: 8, readiness: health.part("routers"),
            loop: loop)
        let api = PhoneAPI(
            routers: routers,
            sealer: Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey),
            requests: Admission(most: 4), streams: Admission(most: 4), streamsOfAddress: AddressAdmission(most: 4),
            publicURL: nil)
        let connections = try await loop.submit {
            NIOLoopBound(PhoneConnections(api, PhoneLimits(), on: loop), eventLoop: loop)
        }.get()
        let server = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(GoneAtFlush(isFound))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(
                        PhoneConnection(api, 1, among: connections.value, from: PeerNetwork(channel.remoteAddress)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let services = ServiceGroup(services: [routers], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await services.run() }
            try await eventually { health.isReady }
            let phone = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(to: try #require(server.localAddress)).get()
            let path = "/v1/transactions/\(TransactionStatus.sample().id)/events"
            try await phone.writeAndFlush(ByteBuffer(string: "GET \(path) HTTP/1.1\r\nHost: pay\r\n\r\n")).get()
            try await phone.closeFuture.get()
            #expect(isFound.withLockedValue { $0 })
            try await loop.submit {}.get()  // The answer that found it has ended.
            #expect(api.streams.inside == 0, "its place is free")
            #expect(await router.requests.count == 1, "nobody asks on")
            try await server.close()
            await services.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await loop.submit { connections.value.dropAll() }.get()
        await router.end()
    }
}

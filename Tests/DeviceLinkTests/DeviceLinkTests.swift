import DeviceProtocol
import DeviceTesting
import NIOCore
import NIOPosix
import RelayDomain
import Testing

@testable import DeviceLink

@Suite(.timeLimit(.minutes(1)))
struct DeviceLinkTests {
    static let terminal = Device.terminal(TerminalID("counter-1")!)
    static let command = CommandID(TransactionID("019a0000-0000-7000-8000-000000000001.0")!)

    @Test func aLinkOpensCallsAndHearsEvents() async throws {
        try await withGateway { call in
            if case .received(let command, at: _) = call { .proceed(command) } else { nil }
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            let id = try await owner.call(.received(Self.command, at: Instant(milliseconds: 1)))
            #expect(await news.next() == .answered(id, .proceed(Self.command)))
            let session = try #require(await gateway.sessions.first { _ in true })
            session.tell(.cancel(Self.command))
            #expect(await news.next() == .event(.cancel(Self.command)))
        }
    }

    @Test func aLinkThatIsCutComesBack() async throws {
        try await withGateway { _ in
            nil
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            var sessions = gateway.sessions.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            let id = try await owner.call(.resume([Self.command]))
            await sessions.next()?.cut()
            #expect(await news.next() == .failed(id, .connectionLost))
            #expect(await news.next() == .lost(.unreachable))
            guard case .opened = await news.next() else { throw Surprise() }
        }
    }

    /// The end of a connection may be noticed when the next one is open.
    @Test func theEndOfAnEarlierConnectionEndsNothing() async throws {
        try await withGateway { call in
            if case .received(let command, at: _) = call { .proceed(command) } else { nil }
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            var sessions = gateway.sessions.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            await sessions.next()?.cut()
            #expect(await news.next() == .lost(.unreachable))
            guard case .opened = await news.next() else { throw Surprise() }
            await owner.connectionEnded(attempt: 0)
            let id = try await owner.call(.received(Self.command, at: Instant(milliseconds: 1)))
            #expect(await news.next() == .answered(id, .proceed(Self.command)))
        }
    }

    @Test func aReasonIsHeardAndDoublesKeepTheirDistance() async throws {
        try await withGateway { _ in
            nil
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            await gateway.sessions.first { _ in true }?.close(.replaced)
            #expect(await news.next() == .lost(.closed(.replaced)))
        }
    }

    @Test func fragmentsAndPingsAreUnderstood() async throws {
        try await withGateway { _ in
            nil
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            let session = try #require(await gateway.sessions.first { _ in true })
            session.ping()
            session.sendInPieces(["[6,1,", "\"dance\"", ",{}]"])
            guard case .unreadable = await news.next() else { throw Surprise() }
            session.sendInPieces(["[6,1,\"cancel\",{\"com", "mand\":\"\(Self.command.text)", "\"}]"])
            #expect(await news.next() == .event(.cancel(Self.command)))
            #expect(await gateway.heard.contains(.ping), "the pong")
        }
    }

    @Test func aServerWithoutTheSubprotocolIsNoGateway() async throws {
        try await withGateway(subprotocol: "other") { _ in
            nil
        } body: { _, owner in
            #expect(await owner.news.first { _ in true } == .lost(.unreachable))
        }
    }

    @Test func stoppingSaysGoodbye() async throws {
        try await withGateway { _ in
            nil
        } body: { gateway, owner in
            var news = owner.news.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            await owner.stop()
            #expect(await gateway.heard.contains(.close(.done)))
        }
    }

    @Test func aGatewayThatIsNotThereIsTriedAgain() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let owner = Owner(on: group.next())
        await owner.start(GatewayAddress(host: "127.0.0.1", port: 1))
        var news = owner.news.makeAsyncIterator()
        for _ in 0..<2 { #expect(await news.next() == .lost(.unreachable)) }
        await owner.stop()
        try await group.shutdownGracefully()
    }

    /// A host name often has an IPv6 address beside the one at which the gateway listens.
    @Test func anAddressThatRefusesDoesNotEndTheAttempt() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gateway = try await TestGateway(on: group) { _ in nil }
        let owner = Owner(on: group.next())
        let names = TwoAddresses(
            eventLoop: group.next(), first: try SocketAddress(ipAddress: "127.0.0.1", port: 1),
            second: try SocketAddress(ipAddress: "127.0.0.1", port: gateway.port))
        await owner.start(GatewayAddress(host: "gateway.example", port: gateway.port), resolver: names)
        let first = await owner.news.first { _ in true }
        #expect(
            first
                == .opened(
                    Welcome(
                        connection: ConnectionCount(term: 1, number: 1), time: TestGateway.now,
                        counter: TestGateway.counter,
                        tag: TestGateway.tag)))
        await owner.stop()
        try await gateway.channel.close()
        try await group.shutdownGracefully()
    }

    /// A timer stands still while the machine sleeps; the device's time does not.
    @Test func timersLookAtTheClockOften() {
        #expect(DeviceLink.wait(until: .seconds(3), now: .seconds(1)) == .milliseconds(2_001))
        #expect(DeviceLink.wait(until: .seconds(3_600), now: .zero) == .milliseconds(5_001))
        #expect(DeviceLink.wait(until: .zero, now: .seconds(3_600)) == .milliseconds(1))
    }

    /// One process can be many terminals: each connection is a state machine and a handler on one loop.
    @Test func manyLinksShareOneLoop() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gateway = try await TestGateway(on: group) { call in
            if case .received(let command, at: _) = call { .proceed(command) } else { nil }
        }
        let owners = (0..<200).map { _ in Owner(on: group.next()) }
        for owner in owners { await owner.start(GatewayAddress(host: "127.0.0.1", port: gateway.port)) }
        for owner in owners {
            var news = owner.news.makeAsyncIterator()
            guard case .opened = await news.next() else { throw Surprise() }
            let id = try await owner.call(.received(Self.command, at: Instant(milliseconds: 1)))
            #expect(await news.next() == .answered(id, .proceed(Self.command)))
        }
        for owner in owners { await owner.stop() }
        try await gateway.channel.close()
        try await group.shutdownGracefully()
    }

    private func withGateway(
        subprotocol: String = "baton.v1", answer: @escaping TestGateway.Answer,
        body: (TestGateway, Owner) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gateway = try await TestGateway(on: group, subprotocol: subprotocol, answer: answer)
        let owner = Owner(on: group.next())
        await owner.start(try GatewayAddress("ws://127.0.0.1:\(gateway.port)"))
        do {
            try await body(gateway, owner)
        } catch {
            Issue.record(error)
        }
        await owner.stop()
        try await gateway.channel.close()
        try await group.shutdownGracefully()
    }
}

/// Something else came than the test waits for.
struct Surprise: Error {}

/// A name with two addresses, of which the first is tried first.
struct TwoAddresses: Resolver, Sendable {
    let eventLoop: any EventLoop
    let first: SocketAddress
    let second: SocketAddress

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture([first])
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        eventLoop.makeSucceededFuture([second])
    }

    func cancelQueries() {}
}

/// An owner of a link, as the services are: an actor that lives on the link's event loop.
actor Owner {
    nonisolated let eventLoop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }
    nonisolated let news: AsyncStream<DeviceLink.News>
    private let tell: AsyncStream<DeviceLink.News>.Continuation
    private var link: DeviceLink?

    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        (news, tell) = AsyncStream.makeStream()
    }

    func start(_ gateway: GatewayAddress, resolver: (any Resolver & Sendable)? = nil) {
        link = DeviceLink(DeviceLinkTests.terminal, gateway: gateway, on: eventLoop) { [tell] in tell.yield($0) }
        link?.resolver = resolver
        link?.start()
    }

    func call(_ request: DeviceRequest) throws -> CallID {
        guard let link else { throw Surprise() }
        return try link.call(request)
    }

    /// Tells the link that one of its connections has ended.
    func connectionEnded(attempt: UInt64) { link?.disconnected(nil, attempt: attempt) }

    func stop() { link?.stop() }
}

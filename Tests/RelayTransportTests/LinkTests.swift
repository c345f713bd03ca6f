import RelayDomain
import RelayMessages
import RelayTesting
import Testing

@testable import RelayTransport

/// Links between real sockets: what the ingress, gateways and adapters rely on.
@Suite(.timeLimit(.minutes(1)))
struct LinkTests {
    private let bus: TemporaryBus
    private var local: BusConfiguration { BusConfiguration([bus.address]) }
    init() throws { bus = try TemporaryBus() }

    /// A router and a client that is linked to it.
    private func linked(
        _ configuration: BusConfiguration, client: BusConfiguration? = nil
    ) async throws -> (TestRouter, TestClient) {
        let (router, far) = (TestRouter(), TestClient())
        let address = try await router.bind(configuration)
        var there = client ?? configuration
        there.addresses = [address]
        try await far.start(there)
        await far.wait { !$0.welcomes.isEmpty }
        return (router, far)
    }

    private func stop(_ router: TestRouter, _ client: TestClient) async {
        await client.reactor.stop()
        await router.reactor.stop()
    }

    @Test func thousandsOfRequestsAreAnsweredOverALocalSocket() async throws {
        let (router, client) = try await linked(local)
        _ = await client.roundTrips(10_000, window: 256, text: String(repeating: "x", count: 200))
        #expect(await router.questions.count == 10_000)
        #expect(await client.pending == 0)
        await stop(router, client)
    }

    @Test func thousandsOfRequestsAreAnsweredOverTCP() async throws {
        let tcp = BusConfiguration([try BusAddress("tcp://127.0.0.1:0")], security: .insecure)
        let (router, client) = try await linked(tcp)
        _ = await client.roundTrips(10_000, window: 256, text: "x")
        await stop(router, client)
    }

    @Test func aHostIsFoundByItsName() async throws {
        let (router, client) = (TestRouter(), TestClient())
        let bound = try await router.bind(BusConfiguration([BusAddress("tcp://127.0.0.1:0")], security: .insecure))
        guard case .tcp(_, let port) = bound else {
            Issue.record("bound \(bound)")
            return
        }
        try await client.start(BusConfiguration([.tcp(host: "localhost", port: port)], security: .insecure))
        await client.wait { !$0.welcomes.isEmpty }
        #expect(await client.request("by name") == .reply("by name"))
        await stop(router, client)
    }

    @Test func theRightKeysLinkOverTCP() async throws {
        let (own, server) = try (CurveKeyPair.generate(), CurveKeyPair.generate())
        let address = try BusAddress("tcp://127.0.0.1:0")
        let (router, client) = try await linked(
            BusConfiguration([address], security: .curve(own: server, server: nil)),
            client: BusConfiguration([address], security: .curve(own: own, server: server.publicKey)))
        #expect(await client.request("who") == .reply("who"))
        await stop(router, client)
    }

    @Test func aWrongServerKeyNeverLinks() async throws {
        let (own, server) = try (CurveKeyPair.generate(), CurveKeyPair.generate())
        let (router, client) = (TestRouter(), TestClient())
        let address = try await router.bind(
            BusConfiguration([BusAddress("tcp://127.0.0.1:0")], security: .curve(own: server, server: nil)))
        try await client.start(BusConfiguration([address], security: .curve(own: own, server: own.publicKey)))
        await client.wait { $0.events.contains(.disconnected) }
        #expect(await client.welcomes.isEmpty)
        #expect(await router.opened.isEmpty)
        #expect(await client.send("in vain") == .unreachable)
        await stop(router, client)
    }

    @Test func theHelloAndTheWelcomeSayWhoIsThere() async throws {
        let (router, client) = try await linked(local)
        #expect(await router.opened.values.first == Caller(.ingress, .said(name: "test")))
        let welcome = await client.welcomes[0].welcome
        #expect(welcome.journal == 0 && welcome.journals == 2 && welcome.term == 1 && welcome.name == "router")
        await stop(router, client)
    }

    @Test func theClientKnowsTheRoutersTimeAndTellsItsDeadline() async throws {
        let (router, client) = try await linked(local)
        let now = try #require(await client.routerNow())
        #expect(now >= Instant(milliseconds: 1_000_000) && now < Instant(milliseconds: 1_030_000))
        _ = await client.request("when", within: .seconds(40))
        let deadline = try #require(await router.questions.first?.header.deadline)
        #expect(deadline >= Instant(milliseconds: 1_040_000) && deadline < Instant(milliseconds: 1_070_000))
        await stop(router, client)
    }

    @Test func aPostmarkArrivesAsItWasSent() async throws {
        let (router, client) = try await linked(local)
        let header = MessageHeader(
            correlation: 0, traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            deadline: Instant(milliseconds: 2_000_000))
        #expect(await client.send("note", header) == .sent)
        await router.wait { !$0.questions.isEmpty }
        #expect(await router.questions[0].header == header)
        await stop(router, client)
    }

    @Test func aRouterMayAskFirst() async throws {
        let (router, client) = try await linked(local)
        let peer = try #require(await router.opened.keys.first)
        #expect(await router.send("command", correlation: 2, to: peer) == .sent)
        await client.wait { !$0.messages.isEmpty }
        let message = await client.messages[0]
        #expect(message.text == "command" && message.header.correlation == 2)
        await stop(router, client)
    }

    @Test func aRequestWithoutAnswerEndsAtItsDeadline() async throws {
        let (router, client) = try await linked(local)
        await router.mute()
        let start = ContinuousClock.now
        #expect(await client.request("hello?", within: .milliseconds(50)) == .failure(.noReply))
        #expect(.now - start >= .milliseconds(50))
        #expect(await client.pending == 0)
        await stop(router, client)
    }

    @Test func aLateAnswerIsNoSecondEnd() async throws {
        let (router, client) = try await linked(local)
        await router.mute()
        #expect(await client.request("slow", within: .milliseconds(1)) == .failure(.noReply))
        await router.wait { !$0.questions.isEmpty }
        let correlation = await router.questions[0].header.correlation
        let peer = try #require(await router.opened.keys.first)
        #expect(await router.send("late", correlation: correlation, to: peer) == .sent)
        await client.wait { !$0.messages.isEmpty }
        #expect(await client.messages[0].text == "late")
        await stop(router, client)
    }

    @Test func withoutALinkNothingIsSent() async throws {
        let client = TestClient()
        try await client.start(local)
        #expect(await client.send("x") == .unreachable)
        #expect(await client.request("x") == .failure(.notSent(.unreachable)))
        await client.reactor.stop()
    }

    @Test func aMessageBeyondTheBoundIsNotSent() async throws {
        let (router, client) = try await linked(local)
        let long = String(repeating: "x", count: local.limits.messageBytesMax)
        #expect(await client.request(long) == .failure(.notSent(.tooLong)))
        let peer = try #require(await router.opened.keys.first)
        #expect(await router.send(long, to: peer) == .tooLong)
        #expect(await client.request("short") == .reply("short"))
        await stop(router, client)
    }

    @Test func tooManyRequestsAtOnceAreRefused() async throws {
        var configuration = local
        configuration.limits.requestsMax = 1
        let (router, client) = try await linked(configuration)
        await router.mute()
        async let first = client.request("first")
        await router.wait { !$0.questions.isEmpty }
        #expect(await client.request("second") == .failure(.notSent(.full)))
        await client.close()
        #expect(await first == .failure(.linkLost(.closed)))
        await stop(router, client)
    }

    @Test func aFullQueueIsSaidToItsSender() async throws {
        var configuration = local
        configuration.limits.highWaterMark = 10
        let (router, client) = try await linked(configuration)
        let peer = try #require(await router.opened.keys.first)
        // The client's thread stands still, so its queue, the system's and the router's fill up.
        async let hanging: Void = client.hang(for: .seconds(1))
        #expect(await router.sendUntilRefused(String(repeating: "x", count: 4096), to: peer) == .full)
        await hanging
        #expect(await client.request("still there") == .reply("still there"))
        await stop(router, client)
    }

    @Test func peersBeyondTheBoundAreSentAway() async throws {
        var configuration = local
        configuration.limits.peersMax = 1
        let (router, client) = try await linked(configuration)
        let bare = BarePeer()
        try await bare.connect(local, to: "ipc://\(bus.directory)/router.requests")
        try await bare.send {
            $0.hello.role = "ingress"
            $0.hello.name = "second"
        }
        await bare.wait { $0.envelopes.contains { $0.body == .goodbye(.init()) } }
        #expect(await router.opened.count == 1)
        await bare.reactor.stop()
        await stop(router, client)
    }
}

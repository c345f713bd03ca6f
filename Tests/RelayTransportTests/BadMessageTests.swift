import RelayMessages
import Testing

@testable import RelayTransport

/// Whatever a peer sends, it is answered where that is possible, and the next peer is served.
@Suite(.timeLimit(.minutes(1)))
struct BadMessageTests {
    private let bus: TemporaryBus
    private let router = TestRouter()
    private let bare = BarePeer()
    private var local: BusConfiguration { BusConfiguration([bus.address]) }
    private var address: String { "ipc://\(bus.directory)/router.requests" }
    init() throws { bus = try TemporaryBus() }

    private func finish() async throws {
        let client = TestClient()
        try await client.start(local)
        await client.wait { !$0.welcomes.isEmpty }
        #expect(await client.ask("still served") == .reply("still served"))
        await client.reactor.stop()
        await bare.reactor.stop()
        await router.reactor.stop()
    }

    @Test func randomBytesChangeNothing() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
            _ = await bare.send(bytes)
        }
        try await finish()
        #expect(await router.questions.map(\.text) == ["still served"])
    }

    @Test func nothingIsPassedOnBeforeTheHello() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.send {
            $0.correlation = 1
            $0.resolve.terminal = "eager"
        }
        await bare.wait { $0.envelopes.contains { $0.body == .goodbye(.init()) } }
        #expect(await router.questions.isEmpty)
        try await finish()
    }

    @Test func whatNobodyWaitsForAnyMoreIsNotPassedOn() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send {
            $0.correlation = 3
            $0.deadline = 1
            $0.resolve.terminal = "late"
        }
        try await bare.send {
            $0.correlation = 5
            $0.deadline = .max
            $0.resolve.terminal = "early"
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 5 } }
        #expect(await router.questions.map(\.text) == ["early"])
        #expect(await !bare.envelopes.contains { $0.correlation == 3 })
        try await finish()
    }

    @Test func anotherVersionIsAnsweredWithOurs() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.send {
            $0.version = 2
            $0.correlation = 9
            $0.hello.role = "ingress"
        }
        await bare.wait { !$0.envelopes.isEmpty }
        let answer = await bare.envelopes[0]
        #expect(answer.correlation == 9)
        #expect(answer.unsupportedVersion.lowest == 1 && answer.unsupportedVersion.highest == 1)
        #expect(await router.opened.isEmpty)
        try await finish()
    }

    @Test func aBodyOfAnotherLinkIsAnsweredAsUndecodable() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send {
            $0.correlation = 5
            $0.terminalInfo.terminal = "an answer is no question"
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 5 } }
        #expect(await bare.envelopes.last { $0.correlation == 5 }?.undecodable.reason == "unexpected body")
        try await finish()
    }

    /// As adapters and gateways speak: what they say replies to no request, and was dropped without a word.
    @Test func whatHasNoCorrelationIsAnsweredTooAndSaidWithThePeersName() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send { $0.terminalInfo.terminal = "an answer is no question" }
        _ = await bare.send([0xFF, 0xFF, 0xFF])
        try await bare.send { $0.correlation = 0 }
        await bare.wait { $0.envelopes.count { !$0.undecodable.reason.isEmpty } == 3 }
        #expect(
            await bare.envelopes.map(\.undecodable.reason).filter { !$0.isEmpty }
                == ["unexpected body", "noEnvelope", "missing body"])
        #expect(
            await router.unread.map(\.what)
                == ["unexpected body", "noEnvelope", "missing body"].map { .here(reason: $0) })
        #expect(await router.unread.map(\.name) == ["bare", "bare", "bare"])
        try await bare.send { $0.undecodable.reason = "out of bounds: sealed" }
        await router.wait { $0.unread.last?.what == .there(reason: "out of bounds: sealed") }
        try await finish()
    }

    @Test func aFarEndAnswersAndSaysWhatItCannotRead() async throws {
        let client = TestClient()
        try await router.bind(local)
        try await client.start(local, name: "far end")
        await client.wait { !$0.welcomes.isEmpty }
        let peer = try #require(await router.opened.first { $0.value.name == "far end" }?.key)
        #expect(await router.misspeak(to: peer) == .sent)
        await client.wait { !$0.unread.isEmpty }
        #expect(await client.unread == [.here(reason: "unexpected body")])
        await router.wait { !$0.unread.isEmpty }
        #expect(await router.unread.map(\.what) == [.there(reason: "unexpected body")])
        #expect(await router.unread.map(\.name) == ["far end"])
        await client.reactor.stop()
        try await finish()
    }

    @Test func aRoleNobodyKnowsIsToldSo() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.send { $0.hello.role = "stranger" }
        await bare.wait { !$0.envelopes.isEmpty }
        #expect(await bare.envelopes[0].undecodable.reason == "out of bounds: role")
        try await finish()
    }

    @Test func aSlightlyLongMessageIsAnswered() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send {
            $0.correlation = 7
            $0.resolve.terminal = String(repeating: "x", count: BusLimits().messageBytesMax + 1_000)
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 7 } }
        #expect(await bare.envelopes.last { $0.correlation == 7 }?.undecodable.reason == "tooLong")
        try await finish()
    }

    @Test func aHugeMessageEndsItsConnectionOnly() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        _ = await bare.send([UInt8](repeating: 1, count: BusLimits().messageBytesMax * 2 + 1))
        await bare.wait { $0.events.contains(.disconnected) }
        try await finish()
    }

    @Test func aRoutingIDOfOnesOwnIsRefused() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address, routingID: "somebody")
        try await bare.send { $0.hello.role = "ingress" }
        try await finish()
        #expect(await bare.envelopes.isEmpty)
    }
}

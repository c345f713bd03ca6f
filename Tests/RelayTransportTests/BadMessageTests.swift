import RelayMessages
import RelayTesting
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
        #expect(await client.request("still served") == .reply("still served"))
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

    /// 64 KiB of anybody; 4 MiB are an operator's order's, as far as it goes one after the other.
    @Test func onlyAnOperatorsOrderIsLong() async throws {
        var slow = local
        slow.limits.administrationPause = .seconds(600)
        try await router.bind(slow)
        try await bare.connect(local, to: address)
        try await bare.hello(as: .operator)
        func answer(to correlation: UInt64, _ fill: @escaping @Sendable (inout Baton_V1_Envelope) -> Void) async throws
            -> String
        {
            try await bare.send {
                $0.correlation = correlation
                fill(&$0)
            }
            await bare.wait { $0.envelopes.contains { $0.correlation == correlation } }
            return await bare.envelopes.last { $0.correlation == correlation }?.undecodable.reason ?? ""
        }
        let shop: @Sendable (inout Baton_V1_Envelope) -> Void = {
            $0.administer.apply.pos = [String(repeating: "p", count: 100_000)]
        }
        #expect(try await answer(to: 3, shop) == "unexpected body", "it was decoded")
        #expect(try await answer(to: 5, shop) == "tooSoon")
        try await bare.send {
            $0.correlation = 11
            $0.version = 2
            shop(&$0)
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 11 } }
        let refused = await bare.envelopes.first { $0.correlation == 11 }
        #expect(refused?.unsupportedVersion.highest == 1, "it is judged before it is decoded")
        #expect(try await answer(to: 7) { $0.resolve.terminal = String(repeating: "x", count: 65_536) } == "tooLong")
        // An order of 250,001 small fields: correlation 9, `administer`, `apply`.
        let fields = [UInt8](repeating: 0x08, count: 500_002)
        let length: [UInt8] = [0xA2, 0xC2, 0x1E]
        _ = await bare.send([0x08, 1, 0x10, 9, 0xBA, 0x01, 0xA6, 0xC2, 0x1E, 0x0A] + length + fields)
        await bare.wait { $0.envelopes.contains { $0.undecodable.reason == "tooManyFields" } }
        let other = BarePeer()
        try await other.connect(local, to: address)
        try await other.hello()
        try await other.send {
            $0.correlation = 3
            shop(&$0)
        }
        await other.wait { $0.envelopes.contains { !$0.undecodable.reason.isEmpty } }
        #expect(await other.envelopes.contains { $0.undecodable.reason == "tooLong" })
        await other.reactor.stop()
        try await finish()
    }

    /// Each two bytes of it would become an object.
    @Test func aMessageOfManyFieldsIsNotDecoded() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send { $0.deviceCall.resume.commands = .init(repeating: .init(), count: 30_000) }
        await bare.wait { $0.envelopes.contains { !$0.undecodable.reason.isEmpty } }
        #expect(await bare.envelopes.contains { $0.undecodable.reason == "tooManyFields" })
        try await finish()
    }

    @Test func aMessageOfSeveralFramesEndsItsConnection() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        await bare.send(parts: [[1], [2], [3]])
        await bare.wait { $0.events.contains(.disconnected) }
        try await finish()
    }

    @Test func nothingLongIsReadBeforeTheHello() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.send {
            $0.correlation = 1
            $0.hello.role = "ingress"
            $0.hello.name = String(repeating: "n", count: 300)
        }
        await bare.wait { $0.envelopes.contains { $0.body == .goodbye(.init()) } }
        #expect(await bare.envelopes.allSatisfy { $0.undecodable.reason.isEmpty })
        try await finish()
    }

    @Test func aSlightlyLongMessageIsAnswered() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello()
        try await bare.send {
            $0.correlation = 7
            $0.resolve.terminal = String(repeating: "x", count: 64 << 10)
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 7 } }
        #expect(await bare.envelopes.last { $0.correlation == 7 }?.undecodable.reason == "tooLong")
        try await finish()
    }

    /// The socket reads a little more than the longest message, or an operator would lose his link without a word.
    @Test func aSlightlyLongShopIsAnswered() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        try await bare.hello(as: .operator)
        try await bare.send {
            $0.correlation = 7
            $0.administer.apply.pos = [String(repeating: "p", count: MessageBounds.administrationBytesMax)]
        }
        await bare.wait { $0.envelopes.contains { $0.correlation == 7 } }
        #expect(await bare.envelopes.last { $0.correlation == 7 }?.undecodable.reason == "tooLong")
        try await finish()
    }

    @Test func aHugeMessageEndsItsConnectionOnly() async throws {
        try await router.bind(local)
        try await bare.connect(local, to: address)
        _ = await bare.send([UInt8](repeating: 1, count: BusEndpoint.requests.socketBytesMax + 1))
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

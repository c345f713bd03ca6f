import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOCore
import RelayDomain
import RelayTransport
import Testing

@testable import Ingress

/// One phone, or one address, that wants everything: the others are served.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PhoneFloodTests {
    private static let approves: @Sendable (RouterRequest) -> FakeRouter.Reaction = { _ in
        .reply(.status(.sample(.approved())))
    }

    /// A connection that sends a text over and over, and counts the answers.
    private final class Flooder: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        private let bytes: NIOLockedValueBox<Int>

        init(counting bytes: NIOLockedValueBox<Int>) { self.bytes = bytes }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let count = unwrapInboundIn(data).readableBytes
            bytes.withLockedValue { $0 += count }
        }
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: pay\r\n\r\n", "GET /t/t-1 HTTP/1.1\r\nHost: pay\r\n\r\n"])
    func whoDoesNotWaitForAnswersGetsThemAtHisPace(request: String) async throws {
        let pace = PhoneLimits(connectionsMax: 128, hasty: .init(burst: 4, perSecond: 2))
        try await withIngress(limits: pace, react: Self.approves) { ingress, _ in
            let one = try await ingress.exchange(request.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n"))
            let bytes = NIOLockedValueBox(0)
            let (connections, each) = (20, 500)
            let begin = ContinuousClock.now
            var flooders: [any Channel] = []
            for _ in 0..<connections {
                let channel = try await ingress.connect()
                try await channel.pipeline.addHandler(Flooder(counting: bytes))
                channel.writeAndFlush(ByteBuffer(string: String(repeating: request, count: each)), promise: nil)
                flooders.append(channel)
            }
            for turn in 0..<50 { #expect(try await ingress.post(key: "k-\(turn)").status == 201) }
            // The first of each connection is its own; an answer that closes is a little longer than the others.
            let seconds = (ContinuousClock.now - begin).components.seconds + 1
            let most = connections * (1 + 4 + 2 * Int(seconds))
            #expect(bytes.withLockedValue { $0 } <= most * one.utf8.count)
            #expect(most < connections * each, "the machine was too slow for this to say anything")
            for channel in flooders { try await channel.close() }
        }
    }

    @Test func connectionsThatSayNothingWholeMakeRoom() async throws {
        let limits = PhoneLimits(connectionsMax: 40, connectionsPerAddressMax: 1_000)
        try await withIngress(limits: limits, react: Self.approves) { ingress, _ in
            let half = ByteBuffer(string: "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nX: ")
            try await ingress.open().executeThenClose { inbound, outbound in
                // A phone that has sent a request keeps its connection, whoever comes after it.
                var parts = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: IngressFixture.post("k-1")))
                #expect(String(buffer: try #require(try await parts.next())).contains(" 201 "))
                var halves: [any Channel] = []
                for _ in 0..<100 {
                    let channel = try await ingress.connect()
                    try await channel.writeAndFlush(half).get()
                    halves.append(channel)
                }
                let text = try await ingress.exchange(IngressFixture.post("k-2", more: "Connection: close\r\n"))
                #expect(text.contains(" 201 "))
                // The first ones are gone, half of all at least.
                for channel in halves.prefix(80) { try await channel.closeFuture.get() }
                try await outbound.write(ByteBuffer(string: IngressFixture.post("k-3")))
                #expect(String(buffer: try #require(try await parts.next())).contains(" 201 "))
                for channel in halves { try? await channel.close() }
            }
        }
    }

    /// Many addresses, one request each, and all connections kept: the others get a place all the same.
    @Test func whoIsAnsweredKeepsNobodyOut() async throws {
        let limits = PhoneLimits(connectionsMax: 7, connectionsPerAddressMax: 2)
        let react: @Sendable (RouterRequest) -> FakeRouter.Reaction = { request in
            let reply = RouterReply.status(.sample(.approved()))
            if case .submit(let submit, _) = request, submit.key.text.text == "waits" { return .later(reply) }
            return .reply(reply)
        }
        try await withIngress(limits: limits, react: react) { ingress, router in
            // Who waits for an answer keeps the place.
            try await ingress.open().executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: IngressFixture.post("waits")))
                try await hold(2, of: "127.0.0.2", ingress) {
                    try await hold(2, of: "127.0.0.3", ingress) {
                        try await hold(2, of: "127.0.0.4", ingress) {
                            for turn in 0..<10 {
                                let text = try await ingress.exchange(
                                    IngressFixture.post("n-\(turn)", more: "Connection: close\r\n"),
                                    from: "127.0.1.\(turn)")
                                #expect(text.contains(" 201 "))
                            }
                        }
                    }
                }
                await router.release()
                var parts = inbound.makeAsyncIterator()
                #expect(String(buffer: try #require(try await parts.next())).contains(" 201 "))
            }
        }
    }

    @Test func anAddressHasItsShareOfConnections() async throws {
        let limits = PhoneLimits(connectionsMax: 40, connectionsPerAddressMax: 5)
        try await withIngress(limits: limits, react: Self.approves) { ingress, _ in
            try await hold(5, of: "127.0.0.2", ingress) {
                // The sixth is closed without a word, be it by a reset.
                let sixth = try? await ingress.exchange(IngressFixture.post("k-6"), from: "127.0.0.2")
                #expect(sixth ?? "" == "")
                let other = try await ingress.exchange(
                    IngressFixture.post("k-7", more: "Connection: close\r\n"), from: "127.0.0.3")
                #expect(other.contains(" 201 "))
            }
            try await eventually {
                let again = try? await ingress.exchange(
                    IngressFixture.post("k-8", more: "Connection: close\r\n"), from: "127.0.0.2")
                return again?.contains(" 201 ") == true
            }
        }
    }

    /// Runs `body` while an address has so many connections on each of which a request was answered.
    private func hold(
        _ count: Int, of address: String, _ ingress: IngressFixture, _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await ingress.open(from: address).executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            try await outbound.write(ByteBuffer(string: IngressFixture.post("h-\(count)")))
            #expect(String(buffer: try #require(try await parts.next())).contains(" 201 "))
            try await hold(count - 1, of: address, ingress, body)
        }
    }

    @Test func anAddressHasItsShareOfStreams() async throws {
        let open = TransactionStatus.sample()
        try await withIngress(streamsMax: 4, streamsPerAddressMax: 2, react: { _ in .reply(.status(open)) }) {
            ingress, _ in
            let request = ByteBuffer(
                string: "GET /v1/transactions/\(open.id.text)/events HTTP/1.1\r\nHost: pay\r\n\r\n")
            func stream(_ address: String, _ body: (String) async throws -> Void) async throws {
                try await ingress.open(from: address).executeThenClose { inbound, outbound in
                    var parts = inbound.makeAsyncIterator()
                    try await outbound.write(request)
                    try await body(String(buffer: try #require(try await parts.next())))
                }
            }
            try await stream("127.0.0.2") { first in
                #expect(first.contains(" 200 "))
                #expect(first.contains("X-Accel-Buffering: no"))
                try await stream("127.0.0.2") { second in
                    #expect(second.contains(" 200 "))
                    try await stream("127.0.0.2") { #expect($0.contains(" 503 ")) }
                    try await stream("127.0.0.3") { #expect($0.contains(" 200 ")) }
                }
            }
        }
    }

    @Test func aHeadHasABound() async throws {
        try await withIngress(react: Self.approves) { ingress, router in
            let long = String(repeating: "x", count: 1_000)
            for more in [
                "X: \(String(repeating: "x", count: 9_000))\r\n", String(repeating: "X: \(long)\r\n", count: 10),
                String(repeating: "X: y\r\n", count: 100),
            ] {
                let text = try await ingress.exchange(IngressFixture.post("k-1", more: more))
                #expect(text.hasPrefix("HTTP/1.1 413 "))
                #expect(text.contains("The head exceeds 8192 bytes"))
            }
            let target = try await ingress.exchange("GET /\(String(repeating: "x", count: 9_000)) HTTP/1.1\r\n\r\n")
            #expect(target.hasPrefix("HTTP/1.1 413 "))
            #expect(await router.requests.isEmpty)
        }
    }
}

import Foundation
import NIOCore
import NIOPosix
import RelayDomain
import RelayTesting
import RelayTransport
import ServiceRuntime
import Testing

@testable import Ingress

/// HTTP/1.1 as it comes over a wire, from phones that do not behave as a client library does.
@Suite(.timeLimit(.minutes(1))) struct PhoneConnectionTests {
    private func connect(_ ingress: IngressFixture) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ingress.open()
    }

    private func exchange(_ ingress: IngressFixture, _ text: String) async throws -> String {
        try await ingress.exchange(text)
    }

    private func post(
        _ key: String, _ body: String = IngressFixture.payment(), length: Int? = nil, more: String = ""
    ) -> String { IngressFixture.post(key, body, length: length, more: more) }

    /// For promises about many requests that come together, whatever their pace.
    private var anyPace: PhoneLimits {
        PhoneLimits(connectionsMax: 128, hasty: .init(burst: 1_000_000, perSecond: 1_000_000))
    }

    @Test func requestsOfOneConnectionAreAnsweredInTheirOrder() async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            let text = try await exchange(
                ingress,
                post("k-1") + "GET /v2 HTTP/1.1\r\nHost: pay\r\n\r\n"
                    + "HEAD /openapi.json HTTP/1.1\r\nHost: pay\r\n\r\n" + post("k-2", more: "Connection: close\r\n"))
            #expect(text.matches(of: /HTTP\/1\.1 ([0-9]+)/).map(\.1) == ["201", "404", "200", "201"])
            #expect(!text.contains(#""openapi""#), "HEAD has no body")
            #expect(text.contains("\r\nDate: "))
            #expect(text.contains("\r\nConnection: close\r\n"))
            #expect(await router.requests.count == 2)
        }
    }

    @Test func whoSendsTooMuchIsToldSoBeforeTheRestHasCome() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, router in
            let text = try await exchange(
                ingress, post("k-1", String(repeating: " ", count: 20_000), length: 1_000_000))
            #expect(text.hasPrefix("HTTP/1.1 413 "))
            #expect(await router.requests.isEmpty)
        }
    }

    @Test func whoHasNoPlaceMayRepeatOnTheSameConnection() async throws {
        try await withIngress(requestsMax: 1, react: { _ in .silence }) { ingress, router in
            async let first = ingress.post(key: "k-1", prefer: "wait=1")
            await router.requests(atLeast: 1)
            let text = try await exchange(
                ingress, post("k-2") + "GET /openapi.json HTTP/1.1\r\nHost: pay\r\nConnection: close\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 503 "))
            #expect(text.contains("HTTP/1.1 200 OK"))
            _ = try await first
        }
    }

    @Test func whoHasSentHalfARequestKeepsNobodyOut() async throws {
        try await withIngress(requestsMax: 1, react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, _ in
            let whole = post("k-1", more: "Connection: close\r\n")
            let rest = String(whole.suffix(20))
            // The answer to the request before it shows that the half one is being read: they travel together.
            let first = "GET /openapi.json HTTP/1.1\r\nHost: pay\r\n\r\n" + String(whole.dropLast(20))
            let text = try await connect(ingress).executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: first))
                var received = String(buffer: try await parts.next() ?? ByteBuffer())
                #expect(try await ingress.post(key: "k-2").status == 201)
                try await outbound.write(ByteBuffer(string: rest))
                while let part = try await parts.next() { received += String(buffer: part) }
                return received
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            #expect(text.contains("HTTP/1.1 201 "))
        }
    }

    @Test func whoDoesNotReadIsAnsweredNoMoreUntilHeDoes() async throws {
        try await withIngress(limits: anyPace, react: { _ in .reply(.status(.sample(.approved()))) }) {
            ingress, router in
            // The answers are many times what the system's buffers take; the last request is one that the router sees.
            let (many, turns) = (2_000, 50)
            let text = String(repeating: "GET /openapi.json HTTP/1.1\r\nHost: pay\r\n\r\n", count: many)
            let last = post("last", more: "Connection: close\r\n")
            let connection = try await connect(ingress)
            let bytesRead = try await connection.executeThenClose { inbound, _ in
                connection.channel.writeAndFlush(ByteBuffer(string: text + last), promise: nil)
                // Each answer to another phone is a turn of the ingress, which could have gone on here.
                for turn in 0..<turns { #expect(try await ingress.post(key: "k-\(turn)").status == 201) }
                #expect(await router.requests.count == turns)
                var bytesRead = 0
                for try await part in inbound { bytesRead += part.readableBytes }
                return bytesRead
            }
            #expect(bytesRead > many * OpenAPIDocument.json.utf8.count)
            #expect(await router.requests.count == turns + 1)
        }
    }

    @Test func requestsThatCameTogetherBehindOneThatWaitsAreAllAnswered() async throws {
        try await withIngress(limits: anyPace, react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, _ in
            let others = String(repeating: "GET /v2 HTTP/1.1\r\nHost: pay\r\n\r\n", count: 2_000)
            let text = try await exchange(
                ingress, post("k-1") + others + post("k-2", more: "Connection: close\r\n"))
            #expect(text.components(separatedBy: "HTTP/1.1 404 ").count == 2_001)
            #expect(text.components(separatedBy: "HTTP/1.1 201 ").count == 3)
        }
    }

    @Test func whoAsksFirstIsInvitedToSendTheBody() async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, _ in
            let body = IngressFixture.payment()
            let whole = post("k-1", body, more: "Expect: 100-continue\r\nConnection: close\r\n")
            let text = try await connect(ingress).executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: String(whole.dropLast(body.count))))
                var received = ""
                while !received.contains("\r\n\r\n"), let part = try await parts.next() {
                    received += String(buffer: part)
                }
                #expect(received == "HTTP/1.1 100 Continue\r\n\r\n")
                try await outbound.write(ByteBuffer(string: body))
                while let part = try await parts.next() { received += String(buffer: part) }
                return received
            }
            #expect(text.contains("HTTP/1.1 201 "))
        }
    }

    @Test func whoAnnouncesTooMuchIsNotInvited() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, _ in
            let text = try await exchange(
                ingress, post("k-1", "", length: 1_000_000, more: "Expect: 100-continue\r\n"))
            #expect(text.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func whoHasSentHalfARequestDoesNotHoldUpTheEnd() async throws {
        let router = FakeRouter(bus: try TemporaryBus()) { _ in .silence }
        try await router.open()
        try await withIngress(on: router.bus, drainTimeout: .seconds(1)) { ingress in
            try await connect(ingress).executeThenClose { inbound, outbound in
                var parts = inbound.makeAsyncIterator()
                // The answer to the request before it shows that the half one is being read: they travel together.
                let text = "GET /v2 HTTP/1.1\r\nHost: pay\r\n\r\n" + String(post("k-1").dropLast(20))
                try await outbound.write(ByteBuffer(string: text))
                _ = try await parts.next()
                let told = ContinuousClock.now
                await ingress.stop()
                while try await parts.next() != nil {}
                #expect(ContinuousClock.now - told < .seconds(5))
            }
        }
        await router.end()
    }

    @Test func aPhoneOfHTTP10IsAnsweredOnceAndClosed() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, _ in
            let text = try await exchange(ingress, "GET http://pay/t/a%20b?x=1 HTTP/1.0\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.0 404 "))
            #expect(text.contains("unknownTerminal"))
        }
    }

    @Test func whatIsNoHTTPIsABadRequest() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, _ in
            let text = try await exchange(ingress, "nonsense\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 400 "))
            #expect(text.contains(#""code":"malformed""#))
        }
    }

    @Test func aPhoneThatHasGoneStillTakesItsPlaceUntilItsRouterHasAnswered() async throws {
        try await withIngress(requestsMax: 1, react: { _ in .silence }) { ingress, router in
            let address = try #require(HostPort(String(ingress.url.dropFirst("http://".count))))
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: address.host, port: address.port).get()
            try await channel.writeAndFlush(ByteBuffer(string: post("k-1", more: "Prefer: wait=1\r\n"))).get()
            await router.requests(atLeast: 1)
            try await channel.close()
            #expect(try await ingress.post(key: "k-2").code == "overloaded")
            try await eventually { try await ingress.post(key: "k-3").code != "overloaded" }
        }
    }

    @Test func beyondTheBoundConnectionsWaitUntilOneCloses() async throws {
        let router = FakeRouter(bus: try TemporaryBus()) { request in
            if case .submit(let submit, _) = request, submit.key.text.text == "k-1" { return .silence }
            return .reply(.status(.sample(.approved())))
        }
        try await router.open()
        try await withIngress(on: router.bus, limits: PhoneLimits(connectionsMax: 1)) { ingress in
            let address = try #require(HostPort(String(ingress.url.dropFirst("http://".count))))
            let holder = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: address.host, port: address.port).get()
            // Who waits for an answer keeps its place.
            try await holder.writeAndFlush(ByteBuffer(string: post("k-1"))).get()
            await router.requests(atLeast: 1)
            let second = try await connect(ingress)
            // Turns of every loop, the ingress's among them: each begins with what is there to be accepted.
            for _ in 0..<3 {
                for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() { try await loop.submit {}.get() }
            }
            try await eventually { try waitingConnections(at: address.port) == 1 }
            let text = try await second.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: post("k-2", more: "Connection: close\r\n")))
                try await holder.close()
                var received = ""
                for try await part in inbound { received += String(buffer: part) }
                return received
            }
            #expect(text.hasPrefix("HTTP/1.1 201 "))
        }
        await router.end()
    }

    /// How many connections wait with the system to be accepted.
    private func waitingConnections(at port: Int) throws -> Int? {
        let table = try String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8)
        // sl, local address, remote address, state (0A: listening), tx_queue:rx_queue; numbers are hexadecimal.
        let listener = table.split(separator: "\n").map { $0.split(separator: " ") }.first { fields in
            fields.count > 4 && fields[3] == "0A" && fields[1].hasSuffix(String(format: ":%04X", port))
        }
        return listener.flatMap { $0[4].split(separator: ":").last }.flatMap { Int($0, radix: 16) }
    }

    @Test func datesAreWrittenAsHTTPWantsThem() {
        #expect(HTTPDate.text(Instant(milliseconds: 784_111_777_999)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.text(Instant(milliseconds: 1_795_342_284_050)) == "Sun, 22 Nov 2026 10:11:24 GMT")
    }
}

import AsyncHTTPClient
import Foundation
import NIOConcurrencyHelpers
import NIOCore
import RelayDomain
import Testing

@testable import Ingress

@Suite(.timeLimit(.minutes(1))) struct EventStreamTests {
    /// A transaction that the test moves on.
    final class Story: Sendable {
        private let box = NIOLockedValueBox(TransactionStatus.sample(version: 1))
        var status: TransactionStatus {
            get { box.withLockedValue { $0 } }
            set { box.withLockedValue { $0 = newValue } }
        }
    }

    /// Reads the stream event by event.
    struct Events {
        let status: Int
        let contentType: String?
        private var chunks: HTTPClientResponse.Body.AsyncIterator
        private var rest = ""

        init(_ response: HTTPClientResponse) {
            status = Int(response.status.code)
            contentType = response.headers.first(name: "content-type")
            chunks = response.body.makeAsyncIterator()
        }

        /// The next event's lines; nil at the end of the stream.
        mutating func next() async throws -> String? {
            while true {
                if let end = rest.range(of: "\n\n") {
                    defer { rest.removeSubrange(..<end.upperBound) }
                    return String(rest[..<end.lowerBound])
                }
                guard let chunk = try await chunks.next() else { return nil }
                rest += String(buffer: chunk)
            }
        }
    }

    private func request(_ ingress: IngressFixture, seen: String? = nil) -> HTTPClientRequest {
        ingress.request(
            "GET", "/v1/transactions/\(TransactionStatus.sample().id)/events",
            seen.map { [("Last-Event-ID", $0)] } ?? [], body: nil)
    }

    private func follow(_ ingress: IngressFixture, seen: String? = nil) async throws -> Events {
        Events(try await HTTPClient.shared.execute(request(ingress, seen: seen), timeout: .seconds(30)))
    }

    @Test func eachVersionIsToldOnceAndTheStreamEndsWithTheOutcome() async throws {
        let story = Story()
        try await withIngress(react: { _ in .reply(.status(story.status)) }) { ingress, router in
            var events = try await follow(ingress)
            #expect(events.contentType == "text/event-stream")
            #expect(try await events.next()?.hasPrefix("id: 1\ndata: {\"id\":") == true)
            story.status = .sample(state: .authorizing, version: 4)
            try await eventually {  // The subscription takes effect within moments; a hint before it is lost.
                await router.publish(story.status)
                return await router.requests.count > 2
            }
            let second = try await events.next()
            #expect(second?.hasPrefix("id: 4\n") == true)
            #expect(second?.contains("authorizing") == true)
            story.status = .sample(.approved(), version: 6)
            await router.publish(story.status)
            let third = try await events.next()
            #expect(third?.contains(#""outcome":{"kind":"approved"}"#) == true)
            #expect(try await events.next() == nil)
        }
    }

    @Test func aHintThatGotLostDelaysTheOutcomeOnly() async throws {
        let story = Story()
        try await withIngress(react: { _ in .reply(.status(story.status)) }) { ingress, _ in
            var events = try await follow(ingress)
            _ = try await events.next()
            story.status = .sample(.approved(), version: 2)
            #expect(try await events.next()?.hasPrefix("id: 2\n") == true)
        }
    }

    @Test func whoHasSeenTheOutcomeIsToldNotToComeBack() async throws {
        let story = Story()
        story.status = .sample(.approved(), version: 9)
        try await withIngress(react: { _ in .reply(.status(story.status)) }) { ingress, _ in
            #expect(try await follow(ingress, seen: "9").status == 204)
            var events = try await follow(ingress, seen: "8")
            let event = try await events.next()
            #expect(event?.hasPrefix("id: 9\n") == true)
        }
    }

    @Test func anUnknownTransactionIsAProblem() async throws {
        try await withIngress(react: { _ in .reply(.refused(Refused(.unknownTransaction))) }) { ingress, _ in
            let events = try await follow(ingress)
            #expect(events.status == 404)
        }
    }

    @Test func streamsAreBoundedAndAPlaceIsFreeAgainAfterwards() async throws {
        let story = Story()
        try await withIngress(streamsMax: 1, react: { _ in .reply(.status(story.status)) }) { ingress, _ in
            var events = try await follow(ingress)
            _ = try await events.next()
            #expect(try await follow(ingress).status == 503)
            story.status = .sample(.approved(), version: 2)
            while try await events.next() != nil {}
            try await eventually { try await follow(ingress).status == 200 }
        }
    }

    /// A phone that is gone, or a proxy in between, is found out by it (docs/openapi.yaml).
    @Test func aStreamWithoutNewsSaysThatItLives() async throws {
        #expect(PhoneLimits().streamSilenceMax == .seconds(15))
        let story = Story()
        let limits = PhoneLimits(connectionsMax: 128, streamSilenceMax: .milliseconds(1))
        try await withIngress(limits: limits, react: { _ in .reply(.status(story.status)) }) { ingress, _ in
            var events = try await follow(ingress)
            #expect(try await events.next()?.hasPrefix("id: 1\n") == true)
            #expect(try await events.next() == ":", "a comment, and nothing that a phone takes for news")
            #expect(try await events.next() == ":")
            story.status = .sample(.approved(), version: 2)
            var event = try await events.next()
            while event == ":" { event = try await events.next() }
            #expect(event?.hasPrefix("id: 2\n") == true)
        }
    }

    /// However a stream ends, nobody listens to its transaction any more: the bus would carry it for ever.
    @Test(arguments: ["outcome", "phone"]) func aStreamThatEndsListensNoMore(how: String) async throws {
        let story = Story()
        try await withIngress(react: { _ in .reply(.status(story.status)) }) { ingress, router in
            let phone = try await ingress.connect()
            let id = story.status.id
            let request = "GET /v1/transactions/\(id)/events HTTP/1.1\r\nHost: pay\r\n\r\n"
            try await phone.writeAndFlush(ByteBuffer(string: request)).get()
            try await eventually { await router.isListenedTo(story.status) }
            if how == "phone" {
                try await phone.close()
            } else {
                story.status = .sample(.approved(), version: 2)
                await router.publish(story.status)
            }
            try await eventually { await !router.isListenedTo(story.status) }
        }
    }

    @Test func streamsEndWithTheProcess() async throws {
        let story = Story()
        try await withIngress(react: { _ in .reply(.status(story.status)) }) { ingress, _ in
            var events = try await follow(ingress)
            _ = try await events.next()
            await ingress.stop()
            #expect(try await events.next() == nil)
        }
    }

    @Test func aStreamThatBeginsWhenTheProcessEndsTellsWhatIsKnownAndEnds() async throws {
        try await withIngress(react: { _ in .later(.status(.sample(version: 7))) }) { ingress, router in
            let idle = try await ingress.connect()
            let asking = request(ingress)
            async let response = HTTPClient.shared.execute(asking, timeout: .seconds(30))
            await router.requests(atLeast: 1)
            await ingress.stop()
            try await idle.closeFuture.get()  // Every connection has been told that the process ends.
            await router.release()
            var events = Events(try await response)
            #expect(try await events.next()?.hasPrefix("id: 7\n") == true)
            #expect(try await events.next() == nil)
        }
    }
}

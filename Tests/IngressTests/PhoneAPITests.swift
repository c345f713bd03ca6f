import AsyncHTTPClient
import Foundation
import NIOCore
import RelayDomain
import RelayMessages
import RelayTesting
import RelayTransport
import SwiftProtobuf
import Testing

@testable import Ingress

/// The API as a phone meets it: real HTTP in front, a real bus behind.
@Suite(.timeLimit(.minutes(1))) struct PhoneAPITests {
    @Test func anOutcomeIs201AndADeclineIsOne() async throws {
        let declined = TransactionStatus.sample(
            .declined(StatedReason(said: "insufficientFunds", text: "Not enough money")))
        try await withIngress(react: { _ in .reply(.status(declined)) }) { ingress, router in
            let reply = try await ingress.post(
                IngressFixture.payment(more: #","amount":{"minorUnits":1250,"currency":"EUR"}"#), prefer: "wait=20")
            #expect(reply.status == 201)
            #expect(reply.headers["location"] == "/v1/transactions/\(declined.id)")
            #expect(reply.headers["preference-applied"] == "wait=20")
            #expect(reply.headers["cache-control"] == "no-store")
            #expect(
                (reply.json["outcome"] as? [String: String])
                    == ["kind": "declined", "reason": "insufficientFunds", "text": "Not enough money"])
            #expect(reply.json["sent"] as? String == "yes")
            guard case .submit(let submit, let waitUntil) = await router.requests.first else {
                Issue.record("no submission came")
                return
            }
            #expect(submit.terminal.text == "t-1")
            #expect(submit.key.line == "phone t-1 k-1 app ")
            #expect(submit.amount?.description == "12.50 EUR")
            #expect(submit.hopStamps.map(\.act) == [.received, .forwarded])
            // All of it in the router's time, which is a day ahead of this machine's.
            let wait = waitUntil - FakeRouter.now
            #expect(wait > .seconds(15) && wait <= .seconds(20))
            #expect(submit.hopStamps.allSatisfy { ($0.at - FakeRouter.now).milliseconds.magnitude < 5_000 })
        }
    }

    /// A proxy takes the path off; whoever follows `Location` has to bring it again.
    @Test func thePathOfThePublicAddressStandsInLocation() async throws {
        let status = TransactionStatus.sample(.approved())
        let router = FakeRouter(bus: try TemporaryBus()) { _ in .reply(.status(status)) }
        try await router.open()
        try await withIngress(on: router.bus, publicURL: "https://shop.example/pay/") { ingress in
            let reply = try await ingress.post()
            #expect(reply.headers["location"] == "/pay/v1/transactions/\(status.id)")
        }
        await router.end()
    }

    @Test func withoutAnOutcomeItIs202AndTheTransactionCanBeAskedFor() async throws {
        let open = TransactionStatus.sample()
        let done = TransactionStatus.sample(.approved(), version: 5, reconciliation: [.contradictingAnswer])
        try await withIngress(react: { request in
            if case .submit = request { .reply(.status(open)) } else { .reply(.status(done)) }
        }) { ingress, router in
            let posted = try await ingress.post()
            #expect(posted.status == 202)
            #expect(posted.headers["preference-applied"] == nil)
            let location = try #require(posted.headers["location"])
            let got = try await ingress.get(location, [("Prefer", "wait=9")])
            #expect(got.status == 200)
            #expect(got.id == done.id.text)
            #expect(got.json["reconcile"] as? [String] == ["contradictingAnswer"])
            #expect(await router.requests.count == 2)
            #expect(try await ingress.get(location, method: "HEAD").text == "")
        }
    }

    @Test func aPhoneIsToldTheWaitThatItWasGranted() async throws {
        // A router answers at once whom it lets wait no more, since as many wait for the transaction as may.
        let open = TransactionStatus.sample()
        try await withIngress(react: { _ in .reply(.status(open)) }) { ingress, router in
            let posted = try await ingress.post(prefer: "wait=20")
            #expect(posted.headers["preference-applied"] == "wait=0")
            let location = try #require(posted.headers["location"])
            let got = try await ingress.get(location, [("Prefer", "wait=20")])
            #expect(got.headers["preference-applied"] == "wait=0")
            await router.nowReact { _ in .reply(.status(.sample(.approved()))) }
            #expect(
                try await ingress.post(key: "k-2", prefer: "wait=600").headers["preference-applied"] == "wait=50")
            #expect(try await ingress.get(location).headers["preference-applied"] == nil)
        }
    }

    @Test func pagesOfOtherOriginsAreNotServed() async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, _ in
            let origin = ("Origin", "https://shop.example")
            let asked = try await ingress.get(
                "/v1/transactions", [origin, ("Access-Control-Request-Method", "POST")], method: "OPTIONS")
            #expect(asked.status == 405)
            #expect(asked.headers["allow"] == "POST")
            let got = try await ingress.get("/openapi.json", [origin])
            for reply in [asked, got] {
                #expect(!reply.headers.keys.contains { $0.hasPrefix("access-control-") })
            }
        }
    }

    @Test func aLinkLostWhileAPhoneWaitsIsFollowedByARepeat() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, router in
            async let posted = ingress.post(prefer: "wait=30")
            await router.requests(atLeast: 1)
            await router.close()
            await router.nowReact { request in
                if case .submit(let submit, _) = request, submit.key.line == "phone t-1 k-1 app " {
                    return .reply(.status(.sample(.approved())))
                }
                return .silence
            }
            try await router.open()
            let reply = try await posted
            #expect(reply.status == 201)
            let information = await router.requests.map { request -> Information? in
                if case .submit(let submit, _) = request { submit.information } else { nil }
            }
            #expect(information.count == 2 && information.first == information.last, "with the very sealed bytes")
        }
    }

    @Test func aSubmissionWhoseRepeatIsRefusedIsToBeRepeated() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, router in
            async let posted = ingress.post(prefer: "wait=30")
            await router.requests(atLeast: 1)
            await router.close()
            await router.nowReact { _ in .reply(.refused(Refused(.terminalOffline))) }
            try await router.open()
            let reply = try await posted
            #expect(reply.status == 503)
            #expect(reply.code == "relayLost")
            #expect(reply.json["sent"] as? String == "maybe")
            #expect((reply.json["retry"] as? [String: any Sendable])?["how"] as? String == "sameKey")
            #expect(reply.headers["retry-after"] == "1")
        }
    }

    @Test func aRouterThatDoesNotAnswerEndsInAnAnswerAllTheSame() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, _ in
            let reply = try await ingress.post(prefer: "wait=0")
            #expect(reply.status == 503)
            #expect(reply.json["sent"] as? String == "maybe")
        }
    }

    @Test func withoutARouterNothingIsSentAndTheProcessIsNotReady() async throws {
        try await withIngress(on: try TemporaryBus(), waitsForRouter: false) { ingress in
            #expect(!ingress.health.isReady)
            let reply = try await ingress.post()
            #expect(reply.status == 503)
            #expect(reply.code == "relayLost")
            #expect(reply.json["sent"] as? String == "no")
            #expect(reply.headers["retry-after"] != nil)
        }
    }

    @Test func everyJournalIsAskedForItsOwnTerminals() async throws {
        let bus = try TemporaryBus()
        let routers = (0..<3).map { number in
            FakeRouter(bus: bus, journal: UInt8(number), of: 3) { _ in
                .reply(.status(.sample(.approved(), journal: UInt8(number))))
            }
        }
        for router in routers { try await router.open() }
        try await withIngress(on: bus) { ingress in
            for number in 0..<12 {
                let terminal = TerminalID("t-\(number)")!
                let reply = try await ingress.post(IngressFixture.payment(terminal: terminal.text), key: "k-\(number)")
                #expect(reply.id?.hasSuffix(".\(terminal.journal(outOf: 3))") == true)
            }
            await routers[2].close()
            try await eventually { !ingress.health.isReady }
        }
        for router in routers { await router.end() }
    }

    @Test func moreThanIsAdmittedIsRefusedAtOnce() async throws {
        try await withIngress(requestsMax: 2, react: { _ in .silence }) { ingress, router in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<2 {
                    group.addTask { try await ingress.post(key: "k-\(number)", prefer: "wait=60").status }
                }
                await router.requests(atLeast: 2)
                let refused = try await ingress.post(key: "k-3")
                #expect(refused.status == 503)
                #expect(refused.code == "overloaded")
                #expect(refused.json["sent"] as? String == "no")
                #expect(refused.headers["retry-after"] == "2")
                await router.nowReact { _ in .reply(.status(.sample(.approved()))) }
                await router.close()
                try await router.open()
                for try await status in group { #expect(status == 201) }
            }
            #expect(try await ingress.post(key: "k-4").status == 201)
        }
    }

    @Test func whenTheProcessEndsThoseWhoWaitLearnTheirID() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, router in
            async let posted = ingress.post(prefer: "wait=60")
            await router.requests(atLeast: 1)
            await router.nowReact { _ in .reply(.status(.sample())) }
            await ingress.stop()
            let reply = try await posted
            #expect(reply.status == 202)
        }
    }

    @Test(arguments: Refusal.allCases) func everyRefusalIsAProblemDocument(_ refusal: Refusal) async throws {
        let refused = Refused(refusal, busyFor: refusal == .deviceBusy ? .milliseconds(2_100) : nil)
        try await withIngress(react: { _ in .reply(.refused(refused)) }) { ingress, _ in
            let reply = try await ingress.post()
            #expect(reply.headers["content-type"] == "application/problem+json")
            let code = PhoneErrorCode(rawValue: refusal.rawValue) ?? .internalError
            #expect(reply.status == code.httpStatus.code)
            #expect(reply.code == code.rawValue)
            #expect(reply.json["busyFor"] as? Int == (refusal == .deviceBusy ? 3 : nil))
            if reply.status == 503 { #expect(reply.headers["retry-after"] != nil) }
        }
    }

    /// The last byte that is taken, and the first that is not; however it comes.
    @Test(arguments: [0, 1], ["length", "invited", "chunks"])
    func aBodyOfExactlyTheLimitIsTaken(beyond: Int, how: String) async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            let payment = IngressFixture.payment()
            let space = String(repeating: " ", count: SubmissionBody.bytesMax - payment.utf8.count + beyond)
            let body = payment + space
            let head = "POST /v1/transactions HTTP/1.1\r\nHost: pay\r\nIdempotency-Key: k-1\r\nConnection: close\r\n"
            let answer: String
            switch how {
            case "length":
                answer = try await ingress.exchange(head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
            case "chunks":
                let chunks = [body.prefix(payment.utf8.count), body.dropFirst(payment.utf8.count)].map {
                    String($0.utf8.count, radix: 16) + "\r\n\($0)\r\n"
                }
                answer = try await ingress.exchange(
                    head + "Transfer-Encoding: chunked\r\n\r\n" + chunks.joined() + "0\r\n\r\n")
            default:
                answer = try await ingress.exchange(
                    head + "Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
                #expect(answer.hasPrefix("HTTP/1.1 100 ") == (beyond == 0), "\(answer.prefix(80))")
            }
            #expect(answer.contains("HTTP/1.1 201 ") == (beyond == 0), "\(answer.prefix(200))")
            #expect(answer.contains(#""code":"tooLarge""#) == (beyond == 1))
            #expect(await router.requests.count == 1 - beyond)
        }
    }

    @Test func badRequestsAreNamedAndNeverReachARouter() async throws {
        try await withIngress(react: { _ in .silence }) { ingress, router in
            let keyless = try await ingress.post(key: nil)
            #expect(keyless.status == 400)
            #expect((keyless.json["detail"] as? String)?.contains("Idempotency-Key") == true)
            let large = try await ingress.post(String(repeating: " ", count: 16_385))
            #expect(large.status == 413)
            #expect(large.code == "tooLarge")
            #expect(try await ingress.post(method: "PUT").status == 405)
            #expect(try await ingress.post(method: "PUT").headers["allow"] == "POST")
            #expect(try await ingress.get("/v2").code == "unknownPath")
            #expect(try await ingress.get("/v1/transactions/nonsense").code == "unknownTransaction")
            #expect(try await ingress.get("/t/a%20b").code == "unknownTerminal")
            #expect(await router.requests.isEmpty)
        }
    }

    @Test func whetherACodeHasExpiredIsTheRoutersToSay() async throws {
        let body = IngressFixture.payment(more: #","codeExpiresAt":"2020-01-01T00:00:00Z""#)
        try await withIngress(react: { request in
            if case .submit(let submit, _) = request, submit.key.line == "phone t-1 known app " {
                .reply(.status(.sample(.approved())))
            } else {
                .reply(.refused(Refused(.codeExpired)))
            }
        }) { ingress, router in
            #expect(try await ingress.post(body, key: "known").status == 201, "a repeat learns what became of it")
            let expired = try await ingress.post(body, key: "new")
            #expect(expired.status == 410)
            #expect(expired.json["retry"] as? [String: String] == ["how": "newCode"])
            guard case .submit(let submit, _) = await router.requests.first else {
                Issue.record("no submission came")
                return
            }
            #expect(submit.information.expiresAt == Instant(milliseconds: 1_577_836_800_000))
        }
    }

    @Test func nothingThatIsAnsweredOrPassedOnHoldsTheCode() async throws {
        try await withIngress(react: { _ in .reply(.status(.sample(.approved()))) }) { ingress, router in
            for body in [
                IngressFixture.payment(), IngressFixture.payment(more: #","member":"4929-canary""#),
                IngressFixture.payment(more: #","amount":"4929-canary""#), #"{"code":"4929-canary""#, "4929-canary",
                IngressFixture.payment(terminal: "4929-canary !"),
            ] {
                let reply = try await ingress.post(body, key: "k")
                #expect(!reply.text.contains("canary"))
                #expect(!"\(reply.headers)".contains("canary"))
            }
            let requests = await router.requests
            #expect(requests.count == 1)
            for request in requests {
                let bytes = try request.wire.serialized()
                #expect(!String(decoding: bytes, as: UTF8.self).contains("canary"))
            }
        }
    }

    @Test func aTagIsAPageForPeopleAndJSONForPrograms() async throws {
        let info = TerminalInfo(terminal: TerminalID("counter-1")!, isPaired: true, isOnline: false)
        try await withIngress(react: { _ in .reply(.terminal(info)) }) { ingress, router in
            let page = try await ingress.get("/t/counter-1", [("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")])
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.text.contains("counter-1"))
            #expect(page.text.contains("no connection"))
            let json = try await ingress.get("/t/counter-1").json
            #expect(json["paired"] as? Bool == true)
            #expect(json["online"] as? Bool == false)
            #expect(json["submit"] as? String == "https://pay.example/v1/transactions")
            #expect(await router.requests == [.resolve(info.terminal), .resolve(info.terminal)])
        }
    }
}

extension WireBody {
    /// The bytes as they cross the bus.
    func serialized() throws -> [UInt8] {
        let body = self
        return try Baton_V1_Envelope.with { $0.body = body }.serializedBytes()
    }
}

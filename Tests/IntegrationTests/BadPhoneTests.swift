import Foundation
import Testing

/// What phones send wrongly, against the real ingress and router: each gets its own clear answer, and nothing stops.
@Suite(.serialized, .timeLimit(.minutes(4))) struct BadPhoneTests {
    let good: [String: any Sendable] = [
        "terminal": "counter-1", "application": "pay", "operation": "payment", "code": "12345678",
    ]

    func euros(_ minorUnits: any Sendable) -> [String: any Sendable] { ["minorUnits": minorUnits, "currency": "EUR"] }

    func with(_ changes: [String: any Sendable]) -> [String: any Sendable] { good.merging(changes) { $1 } }

    @Test func eachMistakeHasItsAnswer() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()

        let refusals: [(String, [String: any Sendable], UInt, String)] = [
            ("unknown terminal", with(["terminal": "nowhere"]), 404, "unknownTerminal"),
            ("unknown application", with(["application": "nobody"]), 404, "unknownApplication"),
            (
                "function", ["terminal": "counter-1", "application": "pay", "operation": "accrue", "member": "M-1"],
                422,
                "functionMismatch"
            ),
            ("POS offline", with(["terminal": "counter-2"]), 503, "posOffline"),
            ("expired code", with(["codeExpiresAt": "2020-01-01T00:00:00Z"]), 410, "codeExpired"),
            ("empty code", with(["code": ""]), 400, "malformed"),
            ("oversize code", with(["code": String(repeating: "9", count: 4_097)]), 413, "tooLarge"),
            ("wrong type", with(["amount": euros("12")]), 400, "malformed"),
            ("negative amount", with(["amount": euros(-1)]), 400, "malformed"),
            ("amount overflow", with(["amount": euros(1_000_000_000_000)]), 400, "malformed"),
            ("bad identifier", with(["terminal": "a b"]), 400, "malformed"),
        ]
        for (index, (what, body, status, code)) in refusals.enumerated() {
            let answer = try await relay.submit(body, key: "bad-\(index)", wait: 0)
            #expect(answer.status == status, "\(what): \(String(decoding: answer.body, as: UTF8.self))")
            #expect(answer.code == code, "\(what)")
            #expect(answer.headers["content-type"] == "application/problem+json", "\(what)")
            #expect(answer.json["sent"] as? String == "no", "\(what)")
            for field in ["blame", "stage", "retry"] { #expect(answer.json[field] != nil, "\(what) lacks \(field)") }
        }
        #expect(try relay.journalEvents() == [], "a refusal before acceptance leaves nothing")

        #expect(try await relay.submit(raw: Data("{".utf8), key: "json").code == "malformed")
        #expect(try await relay.submit(raw: Data([0x7B, 0x22, 0xFF, 0xFE]), key: "utf8").code == "malformed")
        let noKey = try await relay.submit(raw: try JSONSerialization.data(withJSONObject: good), key: nil)
        #expect(noKey.status == 400)
        #expect(String(decoding: noKey.body, as: UTF8.self).contains("Idempotency-Key"))
        let huge = try await relay.submit(raw: Data(repeating: 0x20, count: 1 << 20), key: "huge")
        #expect(huge.status == 413)
        #expect(relay.isRunning("ingress") && relay.isRunning("router-0"))
    }

    @Test func aKeyNamesOneWish() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let code = try await relay.issueCode()
        var body = with(["code": code, "unknownField": ["is", "ignored"]])
        try await relay.key(cents: 500)
        let first = try await relay.submit(body, key: "once")
        #expect(first.outcome == "approved")
        let again = try await relay.submit(body, key: "once")
        #expect(again.status == 201)
        #expect(again.json["id"] as? String == first.json["id"] as? String)
        body["amount"] = euros(1)
        let other = try await relay.submit(body, key: "once")
        #expect(other.status == 422)
        #expect(other.code == "keyReused")
        let used = try await relay.submit(with(["code": code]), key: "twice")
        #expect(used.status == 409)
        #expect(used.code == "codeUsed")
    }

    @Test func aRefusedKeyMaySucceedLater() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        let body = with(["code": try await relay.issueCode()])
        let offline = try await relay.submit(body, key: "later", wait: 0)
        #expect(offline.status == 503)
        #expect(offline.code == "terminalOffline")
        #expect(offline.headers["retry-after"] != nil)
        try await relay.startTerminal()
        try await relay.key(cents: 500)
        #expect(try await relay.submit(body, key: "later").outcome == "approved")
    }

    @Test func aBusyTerminalIsLeftInPeace() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        relay.freeze("counter-1")
        #expect(try await relay.submit(good, key: "first", wait: 0).status == 202)
        let second = try await relay.submit(with(["code": "87654321"]), key: "second", wait: 0)
        #expect(second.status == 409)
        #expect(second.code == "deviceBusy")
        relay.thaw("counter-1")
    }

    @Test func sumsThatDifferAreAnOutcomeWithNothingSent() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try await relay.key(cents: 500)
        let body = with(["code": try await relay.issueCode(), "amount": euros(499)])
        async let answered = relay.submit(body, key: "differ")
        try await eventually("the merchant is warned") { try relay.log(of: "counter-1").contains("you keyed 5.00 EUR") }
        try await relay.key(cents: 500)  // And means it.
        let answer = try await answered
        #expect(answer.status == 201)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("amountMismatch"))
        #expect(answer.json["sent"] as? String == "no")
    }
}

import Foundation
import JSONText
import RelayDomain
import RelayMessages
import RelayTesting
import Sealing
import Testing

@testable import Ingress

/// What a phone may say, and what is made of it.
@Suite(.timeLimit(.minutes(1))) struct SubmissionTests {
    static let now = Instant(milliseconds: RFC3339.milliseconds("2026-11-22T10:00:00Z")!)

    static func read(_ json: String) throws(Refusing) -> Submission {
        try Submission(SubmissionBody(json: Array(json.utf8)), key: SubmissionKeyText("k")!)
    }

    /// A body that is in order, with one member replaced (`nil`: left out).
    static func body(_ name: String, _ value: String?, operation: String = "payment") -> String {
        var members = ["terminal": #""t-1""#, "application": #""app""#, "operation": "\"\(operation)\""]
        members[operation == "payment" ? "code" : "member"] = #""canary""#
        members[name] = value
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let json: String
        let code: PhoneErrorCode
        let names: String
        var testDescription: String { "\(code) \(names) \(json.prefix(60))" }
        init(_ json: String, names: String, _ code: PhoneErrorCode = .malformed) {
            (self.json, self.code, self.names) = (json, code, names)
        }
    }

    static let bad: [Bad] = [
        Bad("", names: "JSON"),
        Bad("{", names: "JSON"),
        Bad("[]", names: "object"),
        Bad("\"canary\"", names: "object"),
        Bad(body("terminal", nil), names: "terminal is missing"),
        Bad(body("terminal", "null"), names: "terminal is missing"),
        Bad(body("terminal", "7"), names: "terminal: a text is expected"),
        Bad(body("terminal", #""""#), names: "terminal:"),
        Bad(body("terminal", #""a b""#), names: "terminal:"),
        Bad(body("terminal", "\"\(String(repeating: "t", count: 65))\""), names: "terminal:"),
        Bad(body("application", nil), names: "application is missing"),
        Bad(body("application", "{}"), names: "application: a text is expected"),
        Bad(body("operation", nil), names: "operation is missing"),
        Bad(body("operation", #""refund""#), names: "operation: one of payment, accrue, redeem"),
        Bad(body("code", nil), names: "code is missing"),
        Bad(body("code", "12345678901234567890"), names: "code: a text is expected"),
        Bad(body("code", #""""#), names: "code is empty"),
        Bad(body("code", "\"\(String(repeating: "9", count: 4_097))\""), names: "code:", .tooLarge),
        Bad(body("code", "\"\(String(repeating: "é", count: 2_049))\""), names: "code:", .tooLarge),
        Bad(body("member", #""m""#), names: "member does not go with payment"),
        Bad(body("member", nil, operation: "accrue"), names: "member is missing"),
        Bad(body("code", #""c""#, operation: "redeem"), names: "code does not go with redeem"),
        Bad(body("amount", "5"), names: "amount: an object is expected"),
        Bad(body("amount", "{}"), names: "amount.minorUnits is missing"),
        Bad(
            body("amount", #"{"minorUnits":"5","currency":"EUR"}"#),
            names: "amount.minorUnits: a whole number is expected"),
        Bad(
            body("amount", #"{"minorUnits":1.5,"currency":"EUR"}"#),
            names: "amount.minorUnits: a whole number is expected"),
        Bad(body("amount", #"{"minorUnits":-1,"currency":"EUR"}"#), names: "amount.minorUnits: 0 to 999999999999"),
        Bad(body("amount", #"{"minorUnits":1000000000000,"currency":"EUR"}"#), names: "amount.minorUnits: 0 to"),
        Bad(
            body("amount", #"{"minorUnits":99999999999999999999,"currency":"EUR"}"#),
            names: "amount.minorUnits: a whole number is expected"),
        Bad(body("amount", #"{"minorUnits":5}"#), names: "amount.currency"),
        Bad(body("amount", #"{"minorUnits":5,"currency":"eur"}"#), names: "amount.currency: three capital letters"),
        Bad(body("amount", #"{"minorUnits":5,"program":"stars"}"#), names: "amount.currency: a payment counts money"),
        Bad(
            body("amount", #"{"minorUnits":5,"currency":"EUR"}"#, operation: "accrue"),
            names: "amount.program: accrue counts points"),
        Bad(
            body("amount", #"{"minorUnits":5,"program":"a b"}"#, operation: "redeem"), names: "amount.program: 1 to 64"),
        Bad(#"{"terminal":"t-1","terminal":"t-1"}"#, names: "terminal occurs twice"),
        Bad(#"{"code":"canary","c\u006fde":"canary"}"#, names: "code occurs twice"),
        Bad(#"{"amount":{"minorUnits":5,"currency":"EUR"},"amount":null}"#, names: "amount occurs twice"),
        Bad(#"{"amount":null,"\u0061mount":{"minorUnits":5,"currency":"EUR"}}"#, names: "amount occurs twice"),
        Bad(body("amount", #"{"minorUnits":5,"minorUnits":6,"currency":"EUR"}"#), names: "minorUnits occurs twice"),
        Bad(body("amount", #"{"minorUnits":5,"currency":"EUR","currency":"JPY"}"#), names: "currency occurs twice"),
        Bad(#"{"canary":1,"canary":2}"#, names: "A name occurs twice"),
        Bad(#"{"x":[{"y":{"canary":1,"z":{},"canary":1}}]}"#, names: "A name occurs twice"),
        Bad(
            "{" + (0...64).map { "\"x\($0)\":0" }.joined(separator: ",") + "}",
            names: "more than 64 fields"),
        Bad("{\"x\":" + String(repeating: "[", count: 16_000), names: "more than 32 levels deep"),
        Bad(body("codeExpiresAt", "1796000000000"), names: "codeExpiresAt: a text is expected"),
        Bad(body("codeExpiresAt", #""soon""#), names: "codeExpiresAt: a time such as"),
    ]

    @Test(arguments: bad) func whatIsWrongIsNamedAndNeverRepeated(_ bad: Bad) {
        let refusing = #expect(throws: Refusing.self) { _ = try Self.read(bad.json) }
        #expect(refusing?.code == bad.code)
        #expect(refusing?.detail.contains(bad.names) == true, "\(refusing?.detail ?? "")")
        #expect(refusing?.detail.contains("canary") == false)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        let json = Array(Self.body("terminal", "\"t\"").utf8) + [0xFF]
        let refusing = #expect(throws: Refusing.self) { _ = try SubmissionBody(json: json) }
        #expect(refusing?.detail.contains("UTF-8") == true)
    }

    @Test(arguments: [
        #"{"terminal":"t-1",}"#, #"{"terminal" "t-1"}"#, #"{,}"#, #"{"x":[1,]}"#, #"{"x":01}"#, #"{"x":1.}"#,
        #"{"x":-}"#,
        #"{"x":1e}"#, #"{"x":tru}"#, #"{"x":"\x"}"#, #"{"x":"\u12"}"#, #"{"x":"\ud800"}"#, #"{"x":"\udc00"}"#,
        #"{"x":"\ud800\u0041"}"#, "{\"x\":\"a\nb\"}", #"{"x":1} x"#, #"{"x":1}{}"#, #"{x:1}"#, #"{"x":'a'}"#, #"{"x"}"#,
        #"{"x":"#, #"{"x":"a"#, #"{"x":"a\"#,
    ]) func whatIsNotJSONIsSaidToBeNone(_ json: String) {
        let refusing = #expect(throws: Refusing.self) { _ = try SubmissionBody(json: Array(json.utf8)) }
        #expect(refusing?.detail == "The body is not JSON. Send one JSON object.")
    }

    @Test func everyWayOfWritingTheSameIsRead() throws {
        let body = try SubmissionBody(
            json: Array(
                (#" { "cod\u0065" : "\u0034\ud83d\ude00\"\\\/\b\f\n\r\t" , "amount":{ "minorUnits" :1.25e3,"x":{"y":[{},[],-0.5E-7]}}, "#
                    + #""terminal":"t-1"}"# + "\r\n\t ").utf8))
        #expect(body.code == "4😀\"\\/\u{8}\u{c}\n\r\t")
        #expect(body.amount?.minorUnits == 1_250)
        #expect(body.terminal == "t-1")
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func whatIsReadIsJSONToOthersToo(seed: UInt64) {
        let sample = Array(Self.body("amount", #"{"minorUnits":10,"currency":"EUR"}"#).utf8)
        var random = SeededGenerator(seed: seed)
        var (read, refused) = (0, 0)
        for _ in 0..<700 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            guard (try? SubmissionBody(json: bytes)) != nil else {
                refused += 1
                continue
            }
            read += 1
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes)) }
        }
        #expect(read > 10 && refused > 100, "\(read) were read, \(refused) refused")
    }

    @Test func aPaymentIsRead() throws {
        let read = try Self.read(
            #"{"terminal":"t-1","application":"app","operation":"payment","code":"4929 é","amount":{"minorUnits":1250,"#
                + #""currency":"EUR","program":null},"codeExpiresAt":"2026-11-22T11:00:00.250+01:00","member":null,"x":[{}]}"#
        )
        #expect(read.information.exposed == "4929 é")
        #expect(read.amount == Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)))
        #expect(read.codeExpiresAt == Self.now + .milliseconds(250))
    }

    /// What programs write for "no time": Go and .NET the year 1, JavaScript and C the beginning of 1970. It is an end,
    /// and past.
    @Test(arguments: [
        "0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "1899-12-30T00:00:00Z", "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1970-01-01T01:00:00+01:00",
    ])
    func anEndAtTheBeginningOfTimeReachesTheRouterAsOne(text: String) throws {
        let read = try Self.read(Self.body("codeExpiresAt", "\"\(text)\""))
        #expect(read.codeExpiresAt == Instant(milliseconds: 0))
        let sealer = Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey)
        let request = RouterRequest.submit(try sealer.seal(read, receivedAt: Self.now), waitUntil: Self.now)
        #expect(try RouterRequest(wire: request.wire) == request)
    }

    @Test func pointsAreRead() throws {
        let read = try Self.read(
            Self.body("amount", #"{"minorUnits":10,"program":"stars"}"#, operation: "redeem"))
        #expect(read.operation == .redeem)
        #expect(read.amount == Amount(minorUnits: 10, unit: .points(ProgramID("stars")!)))
    }

    @Test func whatIsSealedOpensForItsContextAndTellsRepeatsFromOthers() throws {
        let sealer = Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey)
        func sealed(_ json: String) throws -> SubmitTransaction {
            try sealer.seal(Self.read(json), receivedAt: Self.now)
        }
        let first = try sealed(Self.body("terminal", #""t-1""#))
        let context = SealingContext(
            application: ApplicationID("app")!, terminal: TerminalID("t-1")!, operation: .payment,
            key: SubmissionKeyText("k")!, expiresAt: nil)
        #expect(try IngressFixture.sealingKey.open(first.information.sealed, for: context).exposed == "canary")
        let end = Instant(milliseconds: 0)
        let ended = try sealed(Self.body("codeExpiresAt", #""1970-01-01T00:00:00Z""#))
        let endedContext = SealingContext(
            application: context.application, terminal: context.terminal, operation: .payment, key: context.key,
            expiresAt: end)
        #expect(try IngressFixture.sealingKey.open(ended.information.sealed, for: endedContext).exposed == "canary")
        #expect(first.hopStamps == [HopStamp(.ingress, .received, at: Self.now)])
        #expect(try sealed(Self.body("terminal", #""t-1""#)).body == first.body)
        #expect(try sealed(Self.body("terminal", #""t-2""#)).information.digest == first.information.digest)
    }

    /// A repeat repeats all of it: 100 USD is no repeat of 100 EUR.
    @Test func everyFieldTellsABodyFromOthers() throws {
        let sealer = Sealer(sealingKey: IngressFixture.sealingKey, digestKey: IngressFixture.digestKey)
        let bodies = [
            Self.body("terminal", #""t-1""#), Self.body("terminal", #""t-2""#), Self.body("application", #""other""#),
            Self.body("code", #""other""#), Self.body("codeExpiresAt", #""2027-01-01T00:00:00Z""#),
            Self.body("codeExpiresAt", #""2027-01-01T00:00:00.001Z""#),
            Self.body("codeExpiresAt", #""1970-01-01T00:00:00Z""#),
            Self.body("amount", #"{"minorUnits":100,"currency":"EUR"}"#),
            Self.body("amount", #"{"minorUnits":100,"currency":"USD"}"#),
            Self.body("amount", #"{"minorUnits":101,"currency":"EUR"}"#),
            Self.body("member", #""canary""#, operation: "accrue"),
            Self.body("member", #""canary""#, operation: "redeem"),
            Self.body("amount", #"{"minorUnits":100,"program":"EUR"}"#, operation: "redeem"),
            Self.body("amount", #"{"minorUnits":100,"program":"stars"}"#, operation: "redeem"),
        ]
        let digests = try bodies.map { try sealer.seal(Self.read($0), receivedAt: Self.now).body }
        #expect(Set(digests).count == bodies.count)
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import Testing

@testable import Sandbox

@Suite(.timeLimit(.minutes(1))) struct DestinationServerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func repeatsThatRaceHearOneDecisionAndBookOnce() async throws {
        try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            let answers = try await withThrowingTaskGroup(of: TestDestination.Reply.self) { group in
                for _ in 0..<40 { group.addTask { try await destination.pay("t1", code) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map { $0["answer"] }) == ["approved"])
            #expect(Set(answers.map { $0["authorizationCode"] }).count == 1)
            #expect(answers.count { $0["repeated"] == nil } == 1)
            let ledger = try await destination.get("/ledger?transaction=t1")
            #expect(ledger.json["entries"]?.count == 1)
        }
    }

    @Test func oneCodeThatRacesThroughManyTransactionsPaysOnce() async throws {
        try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            let answers = try await withThrowingTaskGroup(of: TestDestination.Reply.self) { group in
                for number in 0..<40 { group.addTask { try await destination.pay("t\(number)", code) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0["answer"] == "approved" } == 1)
            #expect(answers.count { $0["reason"] == "codeUsed" } == 39)
        }
    }

    @Test func theLedgerOutlivesTheProcess() async throws {
        let (code, first) = try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            _ = try await destination.reverse("killed")
            return (code, try await destination.pay("t1", code))
        }
        try await TestDestination.run(in: folder) { destination in
            let again = try await destination.pay("t1", code)
            #expect(again["authorizationCode"] == first["authorizationCode"])
            #expect(again["repeated"] == "true")
            #expect(try await destination.pay("t2", code)["reason"] == "codeUsed")
            #expect(try await destination.pay("killed", code)["reason"] == "killed")
            #expect(try await destination.reverse("t1")["answer"] == "confirmed")
            let ledger = try await destination.get("/ledger").json["entries"]
            #expect((0..<3).map { ledger?[$0]?["kind"]?.text } == ["kill", "booking", "reversal"])
            let summary = try await destination.get("/ledger/summary").json
            #expect(summary["units"]?[0]?["net"]?.text == "0")
            #expect(summary["transactions"]?["reversed"]?.text == "1")
        }
    }

    /// Under a new key it would know none of its codes and members.
    @Test func aLedgerWithoutItsKeyIsNotServed() async throws {
        try await TestDestination.run(in: folder) { destination in _ = try await destination.code() }
        let key = folder.path + "/sandbox/digest.key"
        try FileManager.default.moveItem(atPath: key, toPath: folder.path + "/moved")
        let refused = await #expect(throws: SandboxError.self) { try await TestDestination.run(in: folder) { _ in } }
        #expect(refused?.line.contains("digest.key is missing") == true)
        #expect(!FileManager.default.fileExists(atPath: key))
        try FileManager.default.moveItem(atPath: folder.path + "/moved", toPath: key)
        try await TestDestination.run(in: folder) { destination in _ = try await destination.code() }
    }

    @Test func neitherCodesNorMembersStandInTheFileOrTheAnswers() async throws {
        let code = try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            _ = try await destination.post("/members", #"{"member":"anna-whole-name","program":"stars","points":10}"#)
            _ = try await destination.pay("t1", code)
            _ = try await destination.post(
                "/authorizations",
                """
                {"transaction":"t2","reference":"000000000043","operation":"accrue","member":"anna-whole-name",
                 "amount":{"minorUnits":5,"program":"stars"}}
                """)
            let ledger = try await destination.get("/ledger").text
            #expect(!ledger.contains(code))
            #expect(!ledger.contains("anna"))
            #expect(try await destination.get("/members/anna-whole-name").json["accounts"]?[0]?["points"]?.text == "15")
            return code
        }
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/sandbox") {
            let bytes = try #require(FileManager.default.contents(atPath: folder.path + "/sandbox/" + file))
            #expect(bytes.range(of: Data(code.utf8)) == nil, "\(file)")
            #expect(bytes.range(of: Data("anna-whole-name".utf8)) == nil, "\(file)")
        }
    }

    /// What is wrong with a body, and what it is told: status, code, field.
    private static let badInput: [(body: String, told: String)] = [
        ("{99887766", "400 malformed"),
        ("[]", "400 malformed"),
        (
            order(#"{"minorUnits":1,"minorUnits":2,"currency":"EUR"}"#), "400 malformed"
        ),
        (order(#"{"minorUnits":1,"currency":"EUR"}"#, code: #""99887766","c\u006fde":"99887766""#), "400 malformed"),
        ("{}", "422 invalid transaction"),
        (order("{}"), "422 invalid amount.minorUnits"),
        (order(#"{"minorUnits":-1,"currency":"EUR"}"#), "422 invalid amount.minorUnits"),
        (order(#"{"minorUnits":99999999999999999999,"currency":"EUR"}"#), "422 invalid amount.minorUnits"),
        (order(#"{"minorUnits":1.5,"currency":"EUR"}"#), "422 invalid amount.minorUnits"),
        (order(#"{"minorUnits":1}"#), "422 invalid amount"),
        (order(#"{"minorUnits":1,"currency":"EUR"}"#, code: "99887766"), "422 invalid code"),
        (order(#"{"minorUnits":1,"currency":"EUR"}"#, code: #""99887766","reference":7"#), "422 invalid reference"),
        (String(repeating: " ", count: 20_000), "413 tooLarge"),
    ]

    private static func order(_ amount: String, code: String = #""99887766""#) -> String {
        #"{"transaction":"t","operation":"payment","code":\#(code),"amount":\#(amount)"#
            + (code.contains("reference") ? "}" : #","reference":"000000000001"}"#)
    }

    @Test func badInputIsNamedAndNeverRepeated() async throws {
        try await TestDestination.run(in: folder) { destination in
            for (body, told) in Self.badInput {
                let reply = try await destination.post("/authorizations", body)
                let words = ["\(reply.status)", reply["code"], reply["field"]].compactMap(\.self)
                #expect(words.joined(separator: " ") == told)
                #expect(!reply.text.contains("99887766"))
            }
            let many = try await destination.post("/codes", #"{"count":10001}"#)
            #expect(many["field"] == "count")
            let nowhere = try await destination.get("/nothing/here")
            #expect(nowhere.status == 404)
            #expect(nowhere["code"] == "notFound")
            let ledger = try await destination.get("/ledger")
            #expect(ledger.json["entries"]?.count == 0)
        }
    }

    @Test func silenceAfterABookingIsFoundByAnInquiry() async throws {
        try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            await #expect(throws: HTTPClientError.self) {
                try await destination.pay("silent", code, 9_302, within: .milliseconds(500))
            }
            #expect(try await destination.get("/authorizations/silent")["answer"] == "approved")
            await #expect(throws: HTTPClientError.self) {
                try await destination.pay("lost", code, 9_301, within: .milliseconds(500))
            }
            #expect(try await destination.get("/authorizations/lost")["answer"] == "notFound")
        }
    }

    @Test func anOrderlyEndWaitsForNoAnswerThatNeverComes() async throws {
        let began = ContinuousClock.now
        let (offers, offer) = AsyncStream.makeStream(of: (destination: TestDestination, code: String).self)
        @Sendable func payAndListen() async -> String? {
            guard let (destination, code) = await offers.first(where: { _ in true }) else { return "nobody to pay" }
            return try? await destination.pay("t1", code, 9_302, within: .seconds(60)).text
        }
        async let heard = payAndListen()
        try await TestDestination.run(in: folder) { destination in
            offer.yield((destination, try await destination.code()))
            var answer: String?
            while answer != "approved" { answer = try await destination.get("/authorizations/t1")["answer"] }
        }
        let words = await heard
        #expect(words == nil, "the line goes dead without a word")
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test func aReversalOvertakesAnAuthorizationThatIsStillOnItsWay() async throws {
        try await TestDestination.run(in: folder) { destination in
            let code = try await destination.code()
            async let late = destination.pay("t1", code, 9_303)
            #expect(try await destination.reverse("t1")["answer"] == "confirmed")
            #expect(try await late["reason"] == "killed")
            #expect(try await destination.get("/ledger/summary").json["units"]?.count == 0)
        }
    }

    @Test func aDoubledAnswerIsTheSameObjectOnTwoLines() async throws {
        try await TestDestination.run(in: folder) { destination in
            let lines = try await destination.pay("t1", try await destination.code(), 9_304).text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first == lines.last)
        }
    }

    @Test func codesComeInBulkAndTheLedgerInPages() async throws {
        try await TestDestination.run(in: folder) { destination in
            let codes = try await destination.post("/codes", #"{"count":300,"ttlSeconds":60}"#)
            #expect(codes.json["codes"]?.count == 300)
            for number in 0..<5 {
                _ = try await destination.pay("t\(number)", codes.json["codes"]?[number]?.text ?? "")
            }
            let first = try await destination.get("/ledger?limit=3").json
            #expect(first["entries"]?.count == 3)
            let second = try await destination.get("/ledger?limit=3&after=\(first["next"]?.text ?? "")").json
            #expect(second["entries"]?[0]?["transaction"]?.text == "t3")
            #expect(second["next"] == nil)
        }
    }
}

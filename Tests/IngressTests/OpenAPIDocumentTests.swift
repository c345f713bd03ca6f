import Foundation
import RelayDomain
import RelayTransport
import StatusJSON
import Testing
import Yams

@testable import Ingress

/// docs/openapi.yaml says what is so.
@Suite(.timeLimit(.minutes(1))) struct OpenAPIDocumentTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func document() throws -> [String: Any] {
        let yaml = try String(contentsOf: root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
        return try #require(try Yams.load(yaml: yaml) as? [String: Any])
    }

    static func at(_ path: String..., in document: Any) throws -> Any {
        try path.reduce(document) { value, key in try #require((value as? [String: Any])?[key], "\(path)") }
    }

    @Test func whatIsServedIsWhatIsWritten() throws {
        let written = try Self.document()
        let file = Self.root.appending(path: "Services/Ingress/Ingress/HTTP/OpenAPIDocument.swift")
        if ProcessInfo.processInfo.environment["BATON_WRITE_OPENAPI"] != nil {
            let json = try JSONSerialization.data(
                withJSONObject: written, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
            var lines = try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            let first = try #require(lines.firstIndex { $0.hasSuffix("#\"\"\"") })
            let last = try #require(lines.firstIndex { $0.hasSuffix("\"\"\"#") })
            lines[(first + 1)..<last] = ArraySlice(
                String(decoding: json, as: UTF8.self).split(separator: "\n").map { "        " + $0 })
            // What is built in is still the text before: a build, then this test compares the two.
            return try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        }
        let served = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)) as? NSDictionary
        let asJSON = try JSONSerialization.jsonObject(with: try JSONSerialization.data(withJSONObject: written))
        #expect(
            served == (asJSON as? NSDictionary),
            "docs/openapi.yaml has changed: BATON_WRITE_OPENAPI=1 swift test --filter OpenAPIDocumentTests, then build again"
        )
    }

    /// A comma that YAML takes for the end of a text leaves a key without a value.
    @Test func everyKeyHasAValue() throws {
        func check(_ value: Any, _ path: String) {
            #expect(!(value is NSNull), "\(path)")
            for (key, value) in value as? [String: Any] ?? [:] { check(value, "\(path)/\(key)") }
            for (number, value) in (value as? [Any] ?? []).enumerated() { check(value, "\(path)/\(number)") }
        }
        check(try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.json.utf8)), "")
    }

    @Test func itsPathsAreTheOnesThatThereAre() throws {
        let paths = try #require(try Self.at("paths", in: Self.document()) as? [String: [String: Any]])
        #expect(Set(paths.keys) == Set(Self.endpoints.compactMap(Self.path(of:))))
        for (path, methods) in paths {
            let sample = path.replacing("{id}", with: "x.0").replacing("{terminal}", with: "t-1")
            for method in ["get", "post", "put", "delete", "patch"] {
                let route = Route(method: method.uppercased(), path: sample)
                #expect(route != .unknownPath)
                var isTaken = true
                if case .methodNotAllowed = route { isTaken = false }
                #expect(isTaken == (methods[method] != nil), "\(method) \(path)")
            }
        }
    }

    /// What the document describes, with samples of IDs.
    private static let endpoints: [Route] = [
        .submit, .status("x.0"), .events("x.0"), .cancel("x.0"), .terminal("t-1"), .openAPI,
    ]

    /// An endpoint's path as the document writes it. A new endpoint gets its sample above, too.
    private static func path(of route: Route) -> String? {
        switch route {
        case .submit: "/v1/transactions"
        case .status: "/v1/transactions/{id}"
        case .events: "/v1/transactions/{id}/events"
        case .cancel: "/v1/transactions/{id}/cancel"
        case .terminal: "/t/{terminal}"
        case .openAPI: "/openapi.json"
        case .methodNotAllowed, .unknownPath: nil
        }
    }

    @Test func itsWordsAreTheRelaysWords() throws {
        let schemas = try Self.at("components", "schemas", in: Self.document())
        func words(_ schema: String, _ property: String) throws -> Set<String> {
            let found = try Self.at(schema, "properties", property, in: schemas) as? [String: Any]
            let items = found?["items"] as? [String: Any]
            return Set(try #require((items ?? found)?["enum"] as? [String]))
        }
        func of<Word: CaseIterable & RawRepresentable<String>>(_ words: Word.Type) -> Set<String> {
            Set(Word.allCases.map(\.rawValue))
        }
        #expect(try words("Problem", "code") == of(PhoneErrorCode.self))
        #expect(try words("Transaction", "state") == of(TransactionStatus.StateName.self))
        #expect(try words("Transaction", "reconcile") == of(ReconciliationReason.self))
        #expect(try words("HopStamp", "hop") == of(Hop.self))
        #expect(try words("HopStamp", "act") == of(HopStamp.Act.self))
        let operations = try Self.at("Operation", "enum", in: schemas) as? [String]
        #expect(Set(operations ?? []) == of(Operation.self))
        let reasons = try Self.at("Outcome", "properties", "reason", "description", in: schemas) as? String
        for reason in FailureReason.allCases { #expect(reasons?.contains("`\(reason.rawValue)`") == true) }
    }

    @Test func itNamesEveryStatusThatASubmissionCanGet() throws {
        let responses = try #require(
            try Self.at("paths", "/v1/transactions", "post", "responses", in: Self.document()) as? [String: Any])
        let refusals = PhoneErrorCode.allCases.filter { $0 != .methodNotAllowed }.map { String($0.httpStatus.code) }
        #expect(Set(responses.keys) == Set(refusals + ["201", "202"]))
    }

    /// What is not counted by itself counts as `other`, too many of which page an operator: 500 alone is meant to.
    @Test func everyStatusOfAnAnswerIsCounted() throws {
        let paths = try #require(try Self.at("paths", in: Self.document()) as? [String: [String: Any]])
        let described = paths.values.flatMap(\.values).compactMap { $0 as? [String: Any] }
            .compactMap { $0["responses"] as? [String: Any] }.flatMap(\.keys).compactMap { Int($0) }
        let answers = Set(described + PhoneErrorCode.allCases.map { $0.httpStatus.code })
        #expect(answers.subtracting([500]) == Set(IngressMetrics.statuses))
    }

    static let approval = Approval(
        approvalCode: "K3V9Q2", providerReference: "SBX-1",
        amount: Amount(minorUnits: 5, unit: .currency(CurrencyCode("EUR")!)),
        brand: "Visa", maskedAccount: "•••• 1234", balance: Amount(minorUnits: 7, unit: .points(ProgramID("stars")!)),
        pointsEarned: Amount(minorUnits: 1, unit: .points(ProgramID("stars")!)), receiptLines: ["a", "b"],
        displayLines: ["c"])

    static let outcomes: [Outcome?] =
        [
            nil, .approved(), .approved(approval), .declined(ReasonCode("killed")!),
            .declined(StatedReason(said: "not enough money!")), .handedOver(.maybe), .handedOver(.yes),
        ]
        + FailureReason.allCases.map { .failed($0) }

    @Test(arguments: outcomes) func aTransactionIsAsItIsDescribed(_ outcome: Outcome?) throws {
        let status = TransactionStatus.sample(outcome, reconciliation: ReconciliationReason.allCases)
        try SchemaCheck(Self.document()).check(status.json, is: "Transaction")
    }

    /// The description lets every field but the kind be absent.
    @Test func aPhoneReadsAllThatTheDestinationSaid() throws {
        func outcome(_ outcome: Outcome) throws -> NSDictionary? {
            let status = TransactionStatus.sample(outcome, reconciliation: [])
            return try Self.at("outcome", in: try JSONSerialization.jsonObject(with: Data(status.json)))
                as? NSDictionary
        }
        let approval: NSDictionary = [
            "approvalCode": "K3V9Q2", "providerReference": "SBX-1", "amount": ["minorUnits": 5, "currency": "EUR"],
            "brand": "Visa", "maskedAccount": "•••• 1234", "balance": ["minorUnits": 7, "program": "stars"],
            "pointsEarned": ["minorUnits": 1, "program": "stars"], "receiptLines": ["a", "b"], "displayLines": ["c"],
        ]
        #expect(try outcome(.approved(Self.approval)) == ["kind": "approved", "approval": approval])
        #expect(
            try outcome(.declined(StatedReason(said: "not enough money!")))
                == ["kind": "declined", "reason": "unspecified", "text": "not enough money!"])
    }

    @Test(arguments: PhoneErrorCode.allCases) func aProblemIsAsItIsDescribed(_ code: PhoneErrorCode) throws {
        try SchemaCheck(Self.document()).check(Problem(code, busyFor: .seconds(1)).json, is: "Problem")
    }

    @Test func aTerminalIsAsItIsDescribed() throws {
        let info = TerminalInfo(terminal: TerminalID("t-1")!, isPaired: true, isOnline: false)
        try SchemaCheck(Self.document()).check(info.json(publicURL: ""), is: "Terminal")
    }

    @Test func itsExamplesAreTaken() async throws {
        let content = try Self.at(
            "paths", "/v1/transactions", "post", "requestBody", "content", "application/json", in: Self.document())
        let examples = try #require(try Self.at("examples", in: content) as? [String: [String: Any]])
        let check = try SchemaCheck(Self.document())
        let bodies = try examples.mapValues { try JSONSerialization.data(withJSONObject: $0["value"] as Any) }
        try await withIngress(react: { _ in .reply(.status(.sample())) }) { ingress, _ in
            for (name, body) in bodies {
                try check.check(Array(body), is: "Submission")
                let text = String(decoding: body, as: UTF8.self).replacing("2026-11-22", with: "2096-11-22")
                #expect(try await ingress.post(text, key: name).status == 202)
            }
            let served = try await ingress.get("/openapi.json")
            #expect(served.headers["content-type"] == "application/json")
            #expect(served.json["openapi"] as? String == "3.1.0")
        }
    }
}

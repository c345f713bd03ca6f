import Foundation
import RelayDomain
import Sealing
import Testing

@testable import Baton

/// What `submit` and `trace` make of the phone API's words.
@Suite(.timeLimit(.minutes(2))) struct PhoneTests {
    @Test func aPathIsPrintedInItsOrderWithTheTimeOfEachHop() throws {
        let report = try JSONDecoder().decode(
            TransactionReport.self,
            from: Data(
                """
                {"id": "t", "state": "ended", "outcome": {"kind": "approved"}, "sent": "yes", "version": 4, "hopStamps": [
                  {"hop": "ingress", "act": "received", "at": "2026-11-22T10:11:24.100Z"},
                  {"hop": "device", "act": "submitted", "at": "2026-11-22T10:11:24.105Z"},
                  {"hop": "router", "act": "concluded", "at": "2026-11-22T10:11:24.112Z"}]}
                """.utf8))
        #expect(
            report.path == [
                "    0 ms  ingress     received", "    5 ms  device      submitted", "   12 ms  router      concluded",
            ])
        #expect(report.verdict == "approved")
        #expect(report.exitCode == 0)
    }

    @Test(arguments: [
        (#""state":"ended","outcome":{"kind":"declined","reason":"codeUsed"}"#, 2, "declined (codeUsed)"),
        (#""state":"ended","outcome":{"kind":"failed","reason":"amountMismatch"}"#, 1, "failed (amountMismatch)"),
        (#""state":"ended","outcome":{"kind":"handedOver"}"#, 3, "handed over to the POS"),
        (#""state":"ended","outcome":{"kind":"somethingNew"}"#, 3, "somethingNew"),
        (#""state":"unknown""#, 3, "not known yet (sent: yes)"), (#""state":"commanded""#, 3, "still commanded"),
    ])
    func onlyAnExplicitApprovalIsOne(members: String, exitCode: Int32, verdict: String) throws {
        let json = #"{"id":"t","sent":"yes","hopStamps":[],\#(members)}"#
        let report = try JSONDecoder().decode(TransactionReport.self, from: Data(json.utf8))
        #expect(report.exitCode == exitCode)
        #expect(report.verdict == verdict)
    }

    @Test func aStatusOfTheBusReadsLikeOneOfTheIngress() throws {
        var random = SystemRandomNumberGenerator()
        let id = TransactionID(journal: 0, now: Instant(milliseconds: 1_796_000_000_000), random: &random)
        let status = TransactionStatus(
            id: id, state: .ended, outcome: .failed(.deviceRefused), sent: .no,
            hopStamps: [
                HopStamp(.ingress, .received, at: Instant(milliseconds: 1_796_000_000_000)),
                HopStamp(.router, .accepted, at: Instant(milliseconds: 1_796_000_000_007)),
            ], reconciliation: [], deviceReason: ReasonCode("deviceBusy"), amount: nil, version: 3)
        let report = try TransactionReport(status)
        #expect(report.verdict == "failed (deviceRefused) (deviceBusy)")
        let declined = TransactionStatus(
            id: id, state: .ended, outcome: .declined(StatedReason(said: "Not enough money!")), sent: .yes,
            hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: nil, version: 3)
        #expect(try TransactionReport(declined).verdict == "declined (unspecified): Not enough money!")
        let approval = Approval(
            approvalCode: "K3V9Q2", amount: try Amount.read("12.50 EUR"), maskedAccount: "•••• 1234",
            receiptLines: ["Thank you"])
        let approved = try TransactionReport(
            TransactionStatus(
                id: id, state: .ended, outcome: .approved(approval), sent: .yes, hopStamps: [], reconciliation: [],
                deviceReason: nil, amount: nil, version: 3))
        #expect(
            approved.text.split(separator: "\n").dropFirst() == [
                "  approval code: K3V9Q2", "  approved: 12.50 EUR", "  account: •••• 1234", "  receipt: Thank you",
            ])
        #expect(report.path == ["    0 ms  ingress     received", "    7 ms  router      accepted"])
    }

    @Test func aPaymentCarriesACodeAndAMembershipAMember() throws {
        func body(_ operation: RelayDomain.Operation, _ amount: Amount?) throws -> [String: Any]? {
            let request = SubmissionRequest(
                terminal: TerminalID("counter-1")!, application: ApplicationID("pay")!, operation: operation,
                information: Secret("12345")!, amount: amount, key: .new())
            return try JSONSerialization.jsonObject(with: request.json) as? [String: Any]
        }
        let payment = try body(.payment, Amount.read("12.50 EUR"))
        #expect(payment?["code"] as? String == "12345" && payment?["member"] == nil)
        #expect((payment?["amount"] as? [String: Any])?["currency"] as? String == "EUR")
        let accrual = try body(.accrue, Amount.read("100 stars"))
        #expect(accrual?["member"] as? String == "12345" && accrual?["code"] == nil)
        #expect((accrual?["amount"] as? [String: Any])?["program"] as? String == "stars")
        #expect(try body(.redeem, nil)?["amount"] == nil)
    }

    @Test(arguments: ["1250", "EUR", "9.905 EUR", "1250.5 JPY", "-1 EUR", "1 EUR x", "10000000000 EUR", "1 €", "5 XTS"])
    func whatIsNoAmountIsRefused(text: String) {
        #expect(throws: (any Error).self) { try Amount.read(text) }
    }

    /// Whoever answers as an ingress writes lines of text, and nothing else, on an operator's terminal.
    @Test func whatAnIngressSaysCannotActOnATerminal() throws {
        let foul = #"\u001b[2J\nx"#
        let report = try JSONDecoder().decode(
            TransactionReport.self,
            from: Data(
                #"""
                {"id":"\#(foul)","state":"\#(foul)","sent":"\#(foul)","deviceReason":"\#(foul)","text":"\#(foul)",
                 "reconcile":["\#(foul)"],"outcome":{"kind":"\#(foul)","reason":"\#(foul)"},
                 "amount":{"minorUnits":1,"currency":"\#(foul)"},
                 "hopStamps":[{"hop":"\#(foul)","act":"\#(foul)","at":"2026-11-22T10:11:24Z"}]}
                """#.utf8))
        let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3, "the outcome, a mark, a stamp")
        for line in lines { #expect(line.isPlain) }
        let open = try JSONDecoder().decode(
            TransactionReport.self,
            from: Data(#"{"id":"t","state":"\#(foul)","sent":"\#(foul)","hopStamps":[]}"#.utf8))
        #expect(open.text.isPlain)
        let problem = try JSONDecoder().decode(
            PhoneProblem.self, from: Data(#"{"status":400,"code":"\#(foul)","detail":"\#(foul)"}"#.utf8))
        #expect(problem.description.isPlain)
        #expect(PhoneError(reason: "\u{1B}c", mayHaveBeenSent: true).reason.isPlain)
        #expect(String(repeating: "x", count: 100_000).shown.count < 500)
    }

    @Test func aTagMayLeadToARelayThatIsNamed() throws {
        func warning(_ settings: [String: String], _ url: String) throws -> String? {
            try withFolder { folder in
                let configuration = try BatonConfiguration(settings.merging(["BATON_HOME": folder]) { $1 })
                return try configuration.warning(aboutTagOf: url)
            }
        }
        let own = ["BATON_PUBLIC_URL": "https://pay.example"]
        #expect(try warning(own, "https://pay.example") == nil)
        #expect(try warning(own, "https://evil.example")?.contains("https://evil.example") == true)
        let listed = own.merging(["BATON_RELAYS": "https://a.example, https://b.example/pay/"]) { $1 }
        #expect(try warning(listed, "https://b.example/pay") == nil)
        #expect(try warning(listed, "https://B.Example:443/pay") == nil)
        #expect(try warning(own, "https://PAY.example:443") == nil)
        #expect(throws: OperatorError.strangeRelay("https://b.example")) { try warning(listed, "https://b.example") }
    }

    @Test func sumsAreShownAsMoney() throws {
        func verdict(_ amount: String) throws -> String {
            let json =
                #"{"id":"t","state":"ended","outcome":{"kind":"approved"},"sent":"yes","hopStamps":[],"amount":\#(amount)}"#
            return try JSONDecoder().decode(TransactionReport.self, from: Data(json.utf8)).verdict
        }
        #expect(try verdict(#"{"minorUnits":102,"currency":"EUR"}"#) == "approved 1.02 EUR")
        #expect(try verdict(#"{"minorUnits":1250,"currency":"JPY"}"#) == "approved 1250 JPY")
        #expect(try verdict(#"{"minorUnits":1250,"currency":"KWD"}"#) == "approved 1.250 KWD")
        #expect(try verdict(#"{"minorUnits":100,"program":"stars"}"#) == "approved 100 stars")
        #expect(try verdict(#"{"minorUnits":100,"currency":"x"}"#) == "approved 100 minor units of x")
        #expect(try verdict("null") == "approved")
    }

    @Test func aTagNamesTheIngressAndTheTerminal() {
        #expect(
            Tag("https://shop.example/t/counter-1")
                == Tag(url: "https://shop.example", terminal: TerminalID("counter-1")!))
        #expect(Tag("http://127.0.0.1:7780/base/t/a")?.url == "http://127.0.0.1:7780/base")
    }

    @Test(arguments: [
        "HTTPS://shop.example/t/counter-1", "https://shop.example/t/counter-1?uid=04DE5F1EACC040x00003D",
        "https://shop.example/t/counter-1/", "https://shop.example/t/counter%2D1?e=/t/x#y",
        "Https://shop.example/t/counter-1#",
    ])
    func whatTagsAndTheirMakersAddChangesNothing(text: String) {
        #expect(Tag(text) == Tag(url: "https://shop.example", terminal: TerminalID("counter-1")!))
    }

    @Test(arguments: [
        "", "counter-1", "https://shop.example/", "https://shop.example/t/", "https://x/t/a b", "ftp://x/t/a",
        "https://u:p@x/t/a", "https://x//t/a", "https://x/t/..", "https:///t/a", "https://x\u{1B}[2J/t/a",
        "https://x/t/a%2Fb", "https://x/t/a%", "https://x/t/a//", "https://x?u=/t/a",
    ])
    func whatIsNoTagIsNone(text: String) { #expect(Tag(text) == nil) }

    @Test func aTagIsReadBackFromItsPicture() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tag = Tag(url: "http://127.0.0.1:7780", terminal: TerminalID("counter-1")!)
        try tag.write(picture: path)
        #expect(try Tag.read(picture: path) == tag)
    }

    @Test func aRefusalSaysWhetherTheSameKeyMayBeRepeated() throws {
        func problem(_ json: String) throws -> PhoneProblem {
            try JSONDecoder().decode(PhoneProblem.self, from: Data(json.utf8))
        }
        let busy = try problem(#"{"status":409,"code":"deviceBusy","sent":"no","retry":{"how":"sameKey","after":2}}"#)
        #expect(busy.pauseBeforeRepeat == .seconds(2))
        let used = try problem(#"{"status":409,"code":"codeUsed","sent":"no","retry":{"how":"newCode"}}"#)
        #expect(used.pauseBeforeRepeat == nil)
        #expect(used.description == "refused: codeUsed")
        #expect(PhoneProblem(status: 502).description == "HTTP status 502")
        for (after, pause) in [(-5, 1), (0, 1), (86_400, 60)] as [(Int, Int64)] {
            let hostile = try problem(
                #"{"status":503,"sent":"no","retry":{"how":"sameKey","after":\#(after)}}"#)
            #expect(hostile.pauseBeforeRepeat == .seconds(pause), "a relay that says \(after)")
        }
    }
}

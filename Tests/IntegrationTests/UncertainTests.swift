import Foundation
import Testing

/// What is not certain, through real processes: the sandbox is the witness.
@Suite(.serialized, .timeLimit(.minutes(4))) struct UncertainTests {
    func pay(_ cents: Int, key: String, wait: Int = 30, in relay: TestRelay) async throws -> TestRelay.Answer {
        try await relay.key(cents: cents)
        let body: [String: any Sendable] = [
            "terminal": "counter-1", "application": "pay", "operation": "payment", "code": try await relay.issueCode(),
        ]
        return try await relay.submit(body, key: key, wait: wait)
    }

    func started() async throws -> TestRelay {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        return relay
    }

    @Test func anAnswerThatSaysNothingIsInquiredAfter() async throws {
        let relay = try await started()
        let answer = try await pay(9305, key: "hidden", in: relay)  // Answers `unknown`, and is booked.
        #expect(answer.outcome == "approved")
        #expect(try await relay.ledger(of: try #require(answer.json["id"] as? String)) == ["booking"])
        let twice = try await pay(9304, key: "twice", in: relay)  // The answer stands on two lines.
        #expect(twice.outcome == "approved")
    }

    @Test func aCustomerWhoIsAskedFirstDecides() async throws {
        let relay = try await started()
        let accepted = try await pay(9402, key: "accepts", in: relay)
        #expect(accepted.outcome == "approved")
        let refused = try await pay(9403, key: "refuses", in: relay)
        #expect(refused.outcome == "declined")
    }

    @Test func aCancelWhileTheDestinationIsSilentTakesTheMoneyBack() async throws {
        let relay = try await started()
        let waiting = try await pay(9302, key: "silent", wait: 0, in: relay)  // Books, and never answers.
        let id = try #require(waiting.json["id"] as? String)
        try await eventually("the destination has booked") { try await relay.ledger(of: id) == ["booking"] }
        let canceled = try await relay.cancel(id, wait: 20)
        #expect(canceled.status == 200)
        #expect(canceled.outcome == "reversed")
        #expect(canceled.json["cancelRequested"] as? Bool == true)
        #expect(try await relay.ledger(of: id) == ["booking", "reversal"])
        #expect(try await relay.cancel(id, wait: 0).outcome == "reversed", "a repeat is told what came of it")
    }

    @Test func aRequestThatNeverArrivedIsKilledByItsReversal() async throws {
        let relay = try await started()
        let waiting = try await pay(9301, key: "lost", wait: 0, in: relay)  // Never reaches the ledger.
        let id = try #require(waiting.json["id"] as? String)
        try await eventually("the destination is asked") { try relay.journalEvents().contains("authorizing") }
        #expect(try await relay.cancel(id, wait: 20).outcome == "reversed")
        #expect(try await relay.ledger(of: id) == ["kill"])
    }

    @Test func aReversalThatIsRefusedWaitsForAPerson() async throws {
        let relay = try await started()
        let waiting = try await pay(9503, key: "unclosable", wait: 0, in: relay)
        let id = try #require(waiting.json["id"] as? String)
        try await eventually("the destination has booked") { try await relay.ledger(of: id) == ["booking"] }
        _ = try await relay.cancel(id, wait: 0)
        try await eventually("the refusal is marked") {
            try await relay.get("/v1/transactions/\(id)").json["reconcile"] as? [String] == ["reversalRefused"]
        }
        let vague = try await relay.run("baton", ["resolve", id, "--name", "Mika", "--reason", "asked the bank"])
        #expect(vague.code != 0)
        #expect(vague.text.contains("how it ended"), "\(vague.text)")
        let closed = try await relay.run(
            "baton", ["resolve", id, "--name", "Mika", "--reason", "asked the bank", "--outcome", "approved"])
        #expect(closed.code == 0, "\(closed.text)")
        let status = try await relay.get("/v1/transactions/\(id)")
        #expect(status.outcome == "approved")
        #expect(status.json["reconcile"] == nil)
        #expect(
            try await relay.cancel(id, wait: 0).outcome == "approved",
            "it was wanted before, and is told what came of it")
    }

    @Test func aCancelBeforeTheTerminalSubmitsEndsIt() async throws {
        let relay = try await started()
        let body: [String: any Sendable] = [
            "terminal": "counter-1", "application": "pay", "operation": "payment", "code": try await relay.issueCode(),
        ]
        let waiting = try await relay.submit(body, key: "no-amount", wait: 0)  // Nobody keys the amount.
        let id = try #require(waiting.json["id"] as? String)
        let canceled = try await relay.cancel(id, wait: 5)
        #expect(canceled.outcome == "failed")
        #expect(String(decoding: canceled.body, as: UTF8.self).contains(#""reason":"canceled""#))
        #expect(canceled.json["sent"] as? String == "no")
        try await eventually("the terminal has heard it") { try relay.log(of: "counter-1").contains("FAILED") }
        let next = try await pay(500, key: "next", in: relay)
        #expect(next.outcome == "approved", "the terminal is free")
    }

    @Test func aRestartGoesOnWithWhatIsUnknown() async throws {
        let relay = try await started()
        let waiting = try await pay(9302, key: "restart", wait: 0, in: relay)
        let id = try #require(waiting.json["id"] as? String)
        try await eventually("the destination has booked") { try await relay.ledger(of: id) == ["booking"] }
        try await relay.killNow("router-0")
        try await eventually("the next router asks, and hears that it is approved") {
            try await relay.get("/v1/transactions/\(id)").outcome == "approved"
        }
        #expect(try await relay.ledger(of: id) == ["booking"])
    }
}

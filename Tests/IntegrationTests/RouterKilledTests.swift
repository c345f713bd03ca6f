import Foundation
import Testing

/// The router is killed after each of flow A's three commits. A standby takes over; nothing is lost, nobody is asked
/// twice.
@Suite(.serialized, .timeLimit(.minutes(4))) struct RouterKilledTests {
    /// Asks again under the same key, as a phone does, until there is an outcome.
    func outcome(of body: [String: any Sendable], key: String, in relay: TestRelay) async throws -> TestRelay.Answer {
        var last: TestRelay.Answer?
        try await eventually("an outcome under \(key)") {
            let answer = try await relay.submit(body, key: key, wait: 10)
            last = answer
            return answer.status == 201
        }
        return try #require(last)
    }

    func body(_ relay: TestRelay) async throws -> [String: any Sendable] {
        ["terminal": "counter-1", "application": "pay", "operation": "payment", "code": try await relay.issueCode()]
    }

    @Test func afterAcceptance() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try await relay.key(cents: 1250)
        let body = try await body(relay)
        relay.freeze("counter-1")
        let accepted = try await relay.submit(body, key: "k-1", wait: 0)
        #expect(accepted.status == 202)
        #expect(try relay.journalEvents() == ["accepted"])

        try await relay.killNow("router-0")
        relay.thaw("counter-1")
        let answer = try await outcome(of: body, key: "k-1", in: relay)
        #expect(answer.outcome == "approved")
        let id = try #require(answer.json["id"] as? String)
        #expect(id == accepted.json["id"] as? String)
        #expect(try await relay.ledger(of: id) == ["booking"])
    }

    @Test func afterTheDecision() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try await relay.key(cents: 9202)  // Booked at once, answered two seconds later.
        let body = try await body(relay)
        async let first = relay.submit(body, key: "k-2", wait: 10)
        try await eventually("the decision is durable") { try relay.journalEvents().contains("authorizing") }
        let accepted = try await relay.submit(body, key: "k-2", wait: 0)
        let id = try #require(accepted.json["id"] as? String)
        try await eventually("the destination has booked") { try await relay.ledger(of: id) == ["booking"] }

        try await relay.killNow("router-0")
        _ = try await first
        let answer = try await outcome(of: body, key: "k-2", in: relay)
        #expect(answer.outcome == "approved", "the adapter brings its answer to the next router")
        #expect(try await relay.ledger(of: id) == ["booking"])
        #expect(try relay.journalEvents().filter { $0 == "authorizing" }.count == 1)
    }

    @Test func afterTheOutcome() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try await relay.key(cents: 1250)
        let body = try await body(relay)
        let first = try await relay.submit(body, key: "k-3")
        #expect(first.outcome == "approved")
        try await relay.killNow("router-0")
        let answer = try await outcome(of: body, key: "k-3", in: relay)
        #expect(answer.json["id"] as? String == first.json["id"] as? String)
        #expect(answer.outcome == "approved")
        #expect(try relay.journalEvents() == ["accepted", "authorizing", "concluded"])
    }

    @Test func aCodeStandsNowhereInTheClear() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        var codes: [String] = []
        for round in 1...3 {
            try await relay.key(cents: round * 100)
            let body = try await body(relay)
            codes.append(try #require(body["code"] as? String))
            #expect(try await relay.submit(body, key: "canary-\(round)").outcome == "approved")
        }
        _ = try await relay.submit(
            ["terminal": "counter-1", "application": "pay", "operation": "accrue", "code": codes[0]], key: "refused")
        let files = try #require(FileManager.default.enumerator(atPath: relay.home.path))
        var searched = 0
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: relay.home.path + "/" + name) else { continue }
            searched += 1
            for code in codes { #expect(data.range(of: Data(code.utf8)) == nil, "a code stands in \(name)") }
        }
        #expect(searched > 10)
    }
}

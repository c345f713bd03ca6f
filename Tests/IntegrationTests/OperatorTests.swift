import Foundation
import Testing

/// What two operators do to one registry, at the real command line.
@Suite(.serialized, .timeLimit(.minutes(4))) struct OperatorTests {
    private func write(_ shop: String, _ name: String, _ relay: TestRelay) throws -> String {
        let path = "\(relay.home.path)/\(name).yaml"
        try shop.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func rows(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    private static let added = #"{"change":"added","list":"terminals","name":"counter-3","text":"{id: counter-3}"}"#

    @Test func whoAppliedWhatIsKeptAndCanBeTakenBack() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        let another = TestRelay.shop.replacing("- {id: counter-1}", with: "- {id: counter-1}\n  - {id: counter-3}")
        let file = try write(another, "another", relay)
        let shown = try await relay.run("baton", ["apply", "-f", file, "--dry-run"])
        #expect(shown.code == 2 && shown.text.contains("+ terminals {id: counter-3}"), "\(shown.text)")
        let preview = try await relay.run("baton", ["apply", "-f", file, "--dry-run", "--output", "json"])
        #expect(preview.code == 2 && preview.text.contains(Self.added), "\(preview.text)")
        #expect(try await relay.run("baton", ["apply", "-f", file, "--yes", "-o", "json"]).code == 64)
        let applied = try await relay.run(
            "baton", ["apply", "-f", file, "--yes", "--name", "Mika", "--reason", "a third counter"])
        #expect(applied.code == 0, "\(applied.text)")
        #expect(try await relay.run("baton", ["apply", "-f", file, "--dry-run"]).code == 0, "nothing differs now")
        let same = try await relay.run("baton", ["apply", "-f", file, "--dry-run", "-o", "json"])
        #expect(same.code == 0 && same.text.contains(#""changes":[]"#), "\(same.text)")

        let history = try rows(try await relay.run("baton", ["shop", "history", "--output", "json"]).text)
        #expect(history.compactMap { $0["version"] as? Int } == [2, 1])
        #expect(history.first?["name"] as? String == "Mika" && history.first?["note"] as? String == "a third counter")
        #expect(history.last?["name"] as? String != nil, "by default who is logged in")
        let difference = try await relay.run("baton", ["shop", "diff"])
        #expect(difference.code == 2 && difference.text == "+ terminals {id: counter-3}\n", "\(difference.text)")

        let found = try await relay.run("baton", ["shop", "diff", "--output", "json"])
        #expect(found.code == 2 && found.text == "[\(Self.added)]\n", "\(found.text)")

        let back = try await relay.run("baton", ["shop", "rollback", "1", "--yes"])
        #expect(back.code == 0 && back.text.contains("- terminals {id: counter-3}"), "\(back.text)")
        let now = try await relay.run("baton", ["get", "shop"])
        let first = try await relay.run("baton", ["get", "shop", "--version", "1"])
        #expect(now.text.split(separator: "\n").dropFirst() == first.text.split(separator: "\n").dropFirst())
        #expect(now.text.hasPrefix("# version 3 "))
        let missing = try await relay.run("baton", ["shop", "rollback", "9", "--yes"])
        #expect(missing.code == 1 && missing.text.contains("There is no version 9"), "\(missing.text)")
    }

    /// A customer has been asked, the destination does not answer, and somebody takes it out of the shop.
    @Test func aDestinationUnderOpenTransactionsIsNotRemovedUnasked() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let destinations = try rows(try await relay.run("baton", ["get", "destinations", "-o", "json"]).text)
        #expect(destinations.first?["state"] as? String == "ready" && destinations.first?["adapters"] as? Int == 1)
        let adapters = try await relay.run("baton", ["get", "adapters"])
        #expect(adapters.text.hasPrefix("adapter\tsandbox\tjournal 0\tready\t"), "\(adapters.text)")
        // The terminal waits for a sum, so the transaction stays open.
        let answer = try await relay.submit(
            [
                "terminal": "counter-1", "application": "pay", "operation": "payment",
                "code": try await relay.issueCode(),
            ], key: "k-1", wait: 0)
        let id = try #require(answer.json["id"] as? String, "\(answer.status)")
        let open = try rows(try await relay.run("baton", ["get", "transactions", "--open", "-o", "json"]).text)
        #expect(open.first?["transaction"] as? String == id)
        #expect(open.first?["state"] as? String == "commanded")
        let file = try write("version: 1\nterminals: [{id: counter-1}]\n", "less", relay)
        let refused = try await relay.run("baton", ["apply", "-f", file, "--yes"])
        #expect(refused.code == 1 && refused.text.contains("\(id) (commanded)"), "\(refused.text)")
        #expect(refused.text.contains("nothing was changed"))
        #expect(try await relay.run("baton", ["apply", "-f", file, "--yes", "--leave-open"]).code == 0)
    }
}

import Foundation
import GRDB
import Testing

/// The operator's command line at a real relay: what each command finds, what it must not do, and its exit code.
@Suite(.serialized, .timeLimit(.minutes(4))) struct CommandTests {
    private static let third = TestRelay.shop.replacing(
        "- {id: counter-1}", with: "- {id: counter-1}\n  - {id: counter-3}")

    private func write(_ shop: String, in relay: TestRelay) throws -> String {
        let path = relay.home.path + "/other.yaml"
        try shop.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func version(at relay: TestRelay) async throws -> String {
        String(try await relay.run("baton", ["get", "shop"]).text.prefix { $0 != "\n" })
    }

    /// Without a terminal nobody can have confirmed, whatever comes over the pipe; and whoever only looks changes
    /// nothing.
    @Test func whatNobodyConfirmedIsNotApplied() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        let first = try await version(at: relay)
        let file = try write(Self.third, in: relay)
        let unasked = try await relay.run("baton", ["apply", "-f", file])
        #expect(unasked.code == 1 && unasked.text.contains("no terminal to ask on"), "\(unasked.text)")
        #expect(unasked.text.contains("nothing was changed"))
        try await relay.start("baton", as: "piped", ["apply", "-f", file], hasKeyboard: true, waits: false)
        try? relay.say("y", to: "piped")
        #expect(try await relay.end(of: "piped") == 1)
        for more in [[], ["-o", "json"]] {
            let looked = try await relay.run("baton", ["apply", "-f", file, "--dry-run", "--yes"] + more)
            #expect(looked.code == 2, "\(looked.text)")
        }
        #expect(try await version(at: relay) == first)

        #expect(try await relay.run("baton", ["apply", "-f", file, "--yes"]).code == 0)
        let second = try await version(at: relay)
        #expect(second != first)
        #expect(try await relay.run("baton", ["shop", "rollback", "1"]).code == 1)
        #expect(try await relay.run("baton", ["shop", "rollback", "1", "--dry-run", "--yes"]).code == 2)
        #expect(try await version(at: relay) == second)
    }

    /// What a submission came to: the exit code is what a script goes by.
    private func submit(
        _ relay: TestRelay, cents: Int?, code: String? = nil, _ more: [String] = []
    ) async throws -> (code: Int32, text: String) {
        if let cents { try await relay.key(cents: cents) }
        let code = if let code { code } else { try await relay.issueCode() }
        return try await relay.run(
            "baton",
            ["submit", "--application", "pay", "--code", code, "--url", try await relay.url(of: "ingress", "http")]
                + more)
    }

    private func id(in text: String) throws -> String {
        try String(#require(text.firstMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[0-9]+/), "\(text)").0)
    }

    @Test func exitCodesSayWhatCameOfIt() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let url = try await relay.url(of: "ingress", "http")
        func trace(_ id: String) async throws -> Int32 {
            try await relay.run("baton", ["trace", id, "--url", url]).code
        }
        let here = ["--terminal", "counter-1"]

        let used = try await relay.issueCode()
        let approved = try await submit(relay, cents: 1250, code: used, here + ["--key", "k-1"])
        #expect(approved.code == 0 && approved.text.contains("approved 12.50 EUR"), "\(approved.text)")
        let paid = try id(in: approved.text)
        let path = try await relay.run("baton", ["trace", paid, "--url", url])
        #expect(path.code == 0 && path.text.contains("destination") && path.text.contains(" ms"), "\(path.text)")
        let repeated = try await submit(relay, cents: nil, code: used, here + ["--key", "k-1"])
        #expect(repeated.code == 0 && repeated.text.contains(paid), "\(repeated.text)")
        let again = try await submit(relay, cents: nil, code: used, here)
        #expect(again.code == 1 && again.text.contains("codeUsed"), "\(again.text)")

        let declined = try await submit(relay, cents: 9101, here)
        #expect(declined.code == 2 && declined.text.contains("insufficientFunds"), "\(declined.text)")
        #expect(try await trace(try id(in: declined.text)) == 2)

        let open = try await submit(relay, cents: nil, here + ["--wait", "0"])
        #expect(open.code == 3 && open.text.contains("still commanded"), "\(open.text)")
        let waiting = try id(in: open.text)
        #expect(try await trace(waiting) == 3)
        #expect(try await relay.cancel(waiting, wait: 10).outcome == "failed")
        #expect(try await trace(waiting) == 1)

        let away = try await relay.run(
            "baton",
            ["submit", "--application", "pay", "--code", "1", "--url", "http://127.0.0.1:1", "--wait", "1"] + here)
        #expect(away.code == 1 && away.text.contains("does not answer"), "\(away.text)")
        #expect(try await trace("019a0000-0000-7000-8000-000000000001.0") == 1, "nobody knows it")

        try await listingsTell(of: paid, at: relay)
        try await metricsTell(at: relay)
    }

    /// What `get` finds of it, and a tag that a phone reads.
    private func listingsTell(of paid: String, at relay: TestRelay) async throws {
        func get(_ arguments: String...) async throws -> String {
            let found = try await relay.run("baton", ["get"] + arguments)
            #expect(found.code == 0, "get \(arguments): \(found.text)")
            return found.text
        }
        let transaction = try await get("transaction", paid)
        #expect(transaction.contains("approved 12.50 EUR"))
        let json = try await get("transaction", paid, "-o", "json")
        #expect(json.contains(#""kind":"approved""#) && json.contains(paid), "\(json)")
        #expect(try await relay.run("baton", ["get", "transaction", "nonsense"]).code == 64)
        #expect(try await relay.run("baton", ["get", "transaction", paid.replacing(/^./, with: "f")]).code == 1)
        let terminals = try await get("terminals")
        #expect(terminals.contains("counter-1") && terminals.contains("counter-2"), "\(terminals)")
        let tills = try await get("pos")
        #expect(tills.contains("till-1"), "\(tills)")
        let destinations = try await get("destinations")
        #expect(destinations.contains("sandbox"), "\(destinations)")
        let adapters = try await get("adapters")
        #expect(adapters.contains("adapter\tsandbox"), "\(adapters)")
        #expect(try await !get("transactions").contains(paid), "nobody has to look at it")

        let file = try write(try await get("shop"), in: relay)
        let same = try await relay.run("baton", ["apply", "-f", file])
        #expect(same.code == 0 && same.text.contains("nothing to change"), "\(same.text)")

        let tags = relay.home.path + "/tags"
        let url = try await relay.url(of: "ingress", "http")
        let written = try await relay.run("baton", ["tags", "-o", tags, "--url", url])
        #expect(
            written.code == 0 && written.text.contains("\(tags)/counter-1.png  \(url)/t/counter-1"), "\(written.text)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: tags).sorted() == ["counter-1.png", "counter-2.png"])
        let scanned = try await submit(relay, cents: 1400, ["--tag", "\(tags)/counter-1.png"])
        #expect(scanned.code == 0, "\(scanned.text)")
        let stranger = try await relay.run("baton", ["tags", "-o", tags, "--url", url, "counter-9"])
        #expect(stranger.code == 64 && stranger.text.contains("counter-9 is not registered"), "\(stranger.text)")
    }

    /// Those of docs/operations.md, "What to watch": each is there, and has counted what was done.
    private func metricsTell(at relay: TestRelay) async throws {
        let gateway = try #require(try await relay.announcement(of: "terminals").addresses["ws"])
        #expect(try await relay.send("GET", "http://\(gateway)/").status != 101, "no handshake, and counted")
        var exposed = ""
        for name in ["router-0", "ingress", "terminals", "tills", "adapter"] {
            let admin = try await relay.announcement(of: name).admin
            exposed += String(decoding: try await relay.send("GET", "http://\(admin)/metrics").body, as: UTF8.self)
        }
        let pages = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/operations.md")
        let page = try String(contentsOf: pages, encoding: .utf8)
        let table = try #require(
            page.components(separatedBy: "## What to watch").last?.components(separatedBy: "\n## ").first)
        let watched = table.split(separator: "\n").filter { $0.hasPrefix("| `baton_") }.flatMap { line in
            line.split(separator: "|")[0].matches(of: /baton_[a-z_]+/).map { String($0.0) }
        }
        #expect(watched.count > 20)
        // Made when it is first needed: nobody was refused a connection here.
        let unneeded: Set = ["baton_ingress_connections_refused_total"]
        for name in Set(watched).subtracting(unneeded).sorted() { #expect(exposed.contains("\n\(name)"), "\(name)") }

        func value(_ series: String) -> Double? {
            exposed.split(separator: "\n").first { $0.hasPrefix(series + " ") }
                .flatMap { Double($0.dropFirst(series.count + 1).prefix { $0 != " " }) }
        }
        func counts(_ series: String, atLeast least: Double, _ line: Int = #line) {
            let found = value(series)
            #expect(found.map { $0 >= least } == true, "\(series) is \(String(describing: found)), line \(line)")
        }
        counts(#"baton_router_events_total{kind="accepted"}"#, atLeast: 4)
        counts(#"baton_router_events_total{kind="authorizing"}"#, atLeast: 3)
        counts(#"baton_router_events_total{kind="concluded"}"#, atLeast: 4)
        counts(#"baton_router_refusals_total{code="codeUsed"}"#, atLeast: 1)
        counts("baton_router_commit_seconds_count", atLeast: 9)
        counts(#"baton_router_destination_answer_seconds_count{destination="sandbox"}"#, atLeast: 3)
        counts(#"baton_ingress_answers_total{status="201"}"#, atLeast: 4)
        counts("baton_ingress_answer_seconds_count", atLeast: 8)
        counts(#"baton_adapter_answers_total{answer="approved"}"#, atLeast: 2)
        counts(#"baton_adapter_answers_total{answer="declined"}"#, atLeast: 1)
        counts("baton_gateway_sessions", atLeast: 1)
        counts("baton_process_home_free_bytes", atLeast: 1)
        #expect(value("baton_router_transactions_without_outcome") == 0)
        #expect(value("baton_router_devices_online") == 1)
        #expect(value("baton_router_devices_not_ready") == 0)
        #expect(value("baton_router_journals") == 1)
        #expect(value(#"baton_router_journal_writer{journal="0"}"#) == 1)
        #expect(value(#"baton_router_adapters_ready{destination="sandbox"}"#) == 1)
        #expect(value(#"baton_router_destination_trouble{destination="sandbox",kind="noAdapter"}"#) == 0)
        #expect(value("baton_router_registry_version") == 1)
        counts(#"baton_router_journal_bytes{file="journal",journal="0"}"#, atLeast: 1_024)
    }

    /// An error of the journal is none of the command's, and no success.
    @Test func aJournalThatCannotBeReadIsAnError() async throws {
        let relay = try TestRelay()
        let nothing = try await relay.run("baton", ["journal", "export"])
        #expect(nothing.code == 1 && nothing.text.contains("is BATON_HOME the relay's?"), "\(nothing.text)")
        try await relay.start("baton-router", as: "router-0")
        try await relay.killNow("router-0")
        #expect(try await relay.run("baton", ["journal", "verify"]).code == 0)
        try await DatabaseQueue(path: relay.segment).write {
            try $0.execute(sql: "UPDATE segment SET version = 99")
        }
        for arguments in [["journal", "export"], ["journal", "history", "019a0000-0000-7000-8000-000000000001.0"]] {
            let newer = try await relay.run("baton", arguments)
            #expect(newer.code == 1 && newer.text.contains("newer Baton"), "\(arguments): \(newer.text)")
        }
        let verified = try await relay.run("baton", ["journal", "verify"])
        #expect(verified.code == 3 && verified.text.contains("newer Baton"), "\(verified.text)")
    }
}

import Foundation
import GRDB
import SQLiteLog
import Testing

/// The audit journal, at the operator's command line and under real routers.
@Suite(.serialized, .timeLimit(.minutes(4))) struct JournalTests {
    private func pay(
        _ relay: TestRelay, _ amount: Int, key: String, at terminal: String = "counter-1"
    ) async throws -> TestRelay.Answer {
        try await relay.key(cents: amount, at: terminal)
        return try await relay.submit(
            [
                "terminal": terminal, "application": "pay", "operation": "payment",
                "code": try await relay.issueCode(),
            ], key: key)
    }

    private func reference(_ relay: TestRelay, _ id: String?) async throws -> String {
        let lines = try await relay.run("baton", ["journal", "export"]).text.split(separator: "\r\n")
        return lines.first { $0.hasPrefix(id ?? "?") }.map { String($0.split(separator: ",")[1]) } ?? ""
    }

    @Test func aRunningJournalIsVerifiedExportedAndBackedUp() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let answer = try await pay(relay, 1_250, key: "k-1")
        let verified = try await relay.run("baton", ["journal", "verify"])
        #expect(verified.code == 0, "\(verified.text)")
        #expect(verified.text.contains("3 events of 1 transactions"))
        let inJSON = try await relay.run("baton", ["journal", "verify", "--output", "json"])
        #expect(
            inJSON.text.contains(/\{"events":3,"head":"0:5:[0-9a-f]+","journal":0,"transactions":1\}/), "\(inJSON.text)"
        )
        let head = try #require(verified.text.split(separator: "\n").last?.split(separator: " ").last)
        let exported = try await relay.run(
            "baton", ["journal", "export", "--format", "jsonl", "--terminal", "counter-1"])
        #expect(exported.code == 0)
        let line = try JSONSerialization.jsonObject(with: Data(exported.text.utf8)) as? [String: Any]
        #expect(line?["transaction"] as? String == answer.json["id"] as? String)
        #expect(line?["minorUnits"] as? Int == 1_250 && line?["outcome"] as? String == "approved")
        #expect(try await relay.run("baton", ["journal", "verify", "--holds", String(head)]).code == 0)
        let empty = try TestRelay()
        #expect(try await empty.run("baton", ["journal", "verify"]).code == 3)
        try FileManager.default.createDirectory(atPath: empty.home.journals, withIntermediateDirectories: true)
        let gone = try await empty.run("baton", ["journal", "verify", "--holds", String(head)])
        #expect(gone.code == 1 && gone.text.contains("is gone"))
        #expect(
            try await relay.run("baton", ["journal", "export", "--only", "marked"]).text.hasSuffix("receiptLines\r\n"))
        let id = try #require(answer.json["id"] as? String)
        let history = try await relay.run("baton", ["journal", "history", id])
        #expect(history.code == 0, "\(history.text)")
        #expect(history.text.split(separator: "\n").map { $0.split(separator: " ")[1] }.first == "accepted")
        #expect(history.text.contains("  concluded  approved"), "\(history.text)")
        let events = try await relay.run("baton", ["journal", "history", id, "-o", "json"])
        #expect(events.text.contains(#""detail":"approved","event":"concluded"}]"#), "\(events.text)")
        let nobody = try await relay.run("baton", ["journal", "history", "019a0b5c-7e10-7000-8000-000000000000.0"])
        #expect(nobody.code == 1 && nobody.text.contains("unknownTransaction"), "\(nobody.text)")

        try await relay.killNow("router-0")
        try await relay.killNow("router-1")
        try await DatabaseQueue(path: relay.segment).write {
            try $0.execute(sql: "DROP TRIGGER batch_is_never_changed; UPDATE batch SET body = x'01' WHERE number = 5")
        }
        let found = try await relay.run("baton", ["journal", "verify"])
        #expect(found.code == 1)
        #expect(found.text.contains("journal 0: damaged: batch 5 was changed"), "\(found.text)")
        let damaged = try await relay.run("baton", ["journal", "verify", "-o", "json"])
        #expect(damaged.code == 1 && damaged.text.hasPrefix(#"[{"damage":"batch 5 was changed"#), "\(damaged.text)")
    }

    /// Who looks into the wrong home, or with the wrong user, is not told that money's journal is damaged.
    @Test func whatIsNotHereIsNotDamaged() async throws {
        let relay = try TestRelay()
        let nothing = try await relay.run("baton", ["journal", "verify"])
        #expect(nothing.code == 3 && nothing.text.contains("nothing here"), "\(nothing.text)")
        try FileManager.default.createDirectory(atPath: relay.home.journals, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: relay.home.journals + "/0", withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8_192).write(to: URL(filePath: relay.segment))
        let broken = try await relay.run("baton", ["journal", "verify"])
        #expect(broken.code == 1 && broken.text.contains("journal 0: damaged"), "\(broken.text)")
        let zone = try await relay.run("baton", ["journal", "export", "--day", "2027-01-16"], ["TZ": "Europe/Berlni"])
        #expect(zone.code == 64 && zone.text.contains("is not a time zone"), "\(zone.text)")
        let usage = try await relay.run("baton", ["journal", "export", "--from", "2027-01-02", "--to", "2027-01-01"])
        #expect(usage.code == 64 && usage.text.contains("Usage: baton journal export"), "\(usage.text)")
    }

    /// Whoever has lost the log's end is told so, and goes on without it only by a command of its own.
    @Test func aLossHasToBeAccepted() async throws {
        let relay = try TestRelay()
        let engine = SQLiteEngine(journals: relay.home.journals, registry: relay.home.registry)
        do { _ = try #require(try engine.claim(journals: 1)) }
        try await DatabaseQueue(path: relay.segment).writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let old = try #require(FileManager.default.contents(atPath: relay.segment))
        do { _ = try #require(try engine.claim(journals: 1)) }
        #expect(try await relay.run("baton", ["journal", "reindex"]).code == 0)
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: relay.segment + suffix) }
        try old.write(to: URL(filePath: relay.segment))
        let lost = try await relay.run("baton", ["journal", "verify"])
        #expect(lost.code == 1 && lost.text.contains("committed batches are gone"), "\(lost.text)")
        #expect(try await relay.run("baton", ["journal", "reindex"]).code == 1, "the proof stays")
        let nobody = try await relay.run("baton", ["journal", "accept-loss", "3"])
        #expect(nobody.code == 64 && nobody.text.contains("There is no journal 3"), "\(nobody.text)")
        let accepted = try await relay.run("baton", ["journal", "accept-loss", "0"])
        #expect(accepted.code == 0 && accepted.text.contains("with a gap of 1000"), "\(accepted.text)")
        #expect(try await relay.run("baton", ["journal", "verify"]).code == 0)
        let again = try await relay.run("baton", ["journal", "accept-loss", "0"])
        #expect(again.code == 1 && again.text.contains("proves no loss"), "\(again.text)")
    }

    /// A backup is taken; more is paid; the disk is lost. Whoever restores goes on with new numbers.
    @Test func aRestoredRelayGoesOnAndRepeatsNoReferenceNumber() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        let shop = TestRelay.shop.replacingOccurrences(
            of: "- {id: counter-1}", with: "- {id: counter-1}\n  - {id: counter-3}")
        try shop.write(toFile: relay.home.path + "/shop.yaml", atomically: true, encoding: .utf8)
        #expect(try await relay.run("baton", ["apply", "--yes", "-f", relay.home.path + "/shop.yaml"]).code == 0)
        for terminal in ["counter-1", "counter-3"] { try await relay.startTerminal(terminal) }
        try await relay.key(cents: 300)
        relay.freeze("counter-1")
        let code = try await relay.issueCode()
        let open = try await relay.submit(
            ["terminal": "counter-1", "application": "pay", "operation": "payment", "code": code], key: "k-open",
            wait: 0)
        #expect(open.status == 202)
        let file = relay.home.path + "/backup.tar"
        let backup = try await relay.run("baton", ["journal", "backup", file])
        #expect(backup.code == 0, "\(backup.text)")
        let early = try await relay.run("baton", ["journal", "restore", file])
        #expect(early.code == 1 && early.text.contains("a router writes journal 0"), "\(early.text)")
        let lost = try await pay(relay, 400, key: "k-lost", at: "counter-3")
        #expect(lost.outcome == "approved")
        let lostReference = try await reference(relay, lost.json["id"] as? String)
        #expect(lostReference.count == 12)

        try await loseFiles(relay)
        let restored = try await relay.run("baton", ["journal", "restore", file])
        #expect(restored.code == 0, "\(restored.text)")
        #expect(try relay.journalEvents() == ["accepted"])
        try await relay.start("baton-router", as: "router-2")
        relay.thaw("counter-1")
        try await eventually("the unfinished transaction is taken over and ends") {
            try relay.journalEvents().contains("concluded")
        }
        var tries = 0
        try await eventually("a new payment is approved") {
            tries += 1
            return try await pay(relay, 500, key: "k-new-\(tries)", at: "counter-3").outcome == "approved"
        }
        let verified = try await relay.run("baton", ["journal", "verify"])
        #expect(verified.code == 0, "\(verified.text)")
        let lines = try await relay.run("baton", ["journal", "export"]).text.split(separator: "\r\n").dropFirst()
        let references = lines.map { String($0.split(separator: ",", omittingEmptySubsequences: false)[1]) }
        #expect(references.count == 2)
        #expect(references.contains { $0 > lostReference } && !references.contains(lostReference), "\(references)")
    }

    private func loseFiles(_ relay: TestRelay) async throws {
        for name in ["router-0", "router-1"] { try await relay.killNow(name) }
        let files = FileManager.default
        try files.moveItem(atPath: relay.home.journals, toPath: relay.home.path + "/journals.lost")
        for suffix in ["", "-wal", "-shm"] { try? files.removeItem(atPath: relay.home.registry + suffix) }
    }

    /// Somebody removes the lock file under a living router.
    @Test func aRouterWhoseClaimWasTakenEndsWithOneLine() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try FileManager.default.removeItem(atPath: relay.home.journals + "/0.lock")
        try await eventually("the standby has claimed it") {
            try relay.log(of: "router-1").contains(/"term":"?2/)
        }
        try await eventually("the writer has ended, though nobody asks it anything") { !relay.isRunning("router-0") }
        #expect(try relay.log(of: "router-0").contains("is written by another router"))
        #expect(relay.isRunning("router-1"))
        #expect(try await relay.run("baton", ["journal", "verify"]).code == 0)
    }
}

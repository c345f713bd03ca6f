import Foundation
import GRDB
import ServiceRuntime
import Testing

/// How processes start, and refuse to.
@Suite(.serialized, .timeLimit(.minutes(4))) struct StartTests {
    @Test func anUnknownSettingEndsTheProcessWithALineThatNamesIt() async throws {
        let relay = try TestRelay()
        for executable in ["baton-router", "baton-ingress", "baton-terminal-gateway", "baton-pos-gateway", "baton"] {
            let (code, text) = try await relay.run(
                executable, executable == "baton" ? ["get", "shop"] : [], ["BATON_JURNALS": "4"])
            #expect(code == 64, "\(executable): \(text)")
            #expect(text.contains("BATON_JURNALS"), "\(executable): \(text)")
            #expect(text.split(separator: "\n").count == 1, "\(executable): \(text)")
        }
    }

    @Test func aBadSettingEndsTheProcessWithALineThatNamesIt() async throws {
        let relay = try TestRelay()
        let (code, text) = try await relay.run("baton-router", [], ["BATON_JOURNALS": "0"])
        #expect(code == 64)
        #expect(text.contains("BATON_JOURNALS"))
    }

    @Test func anAddressInUseIsToldInTheSystemsWords() async throws {
        let relay = try TestRelay()
        #expect(try await relay.run("baton", ["keys", "init"]).code == 0)
        try await relay.start("baton-ingress", as: "ingress", [], ["BATON_LISTEN": "127.0.0.1:0"])
        let taken = try #require(try await relay.announcement(of: "ingress").addresses["http"])
        let (code, text) = try await relay.run("baton-ingress", [], ["BATON_LISTEN": taken, "BATON_NAME": "other"])
        #expect(code == 70, "\(text)")
        #expect(
            text.contains("cannot listen on \(taken): Address already in use; set BATON_LISTEN"), "\(text)")
    }

    /// Nobody gets a bus that is neither encrypted nor authenticated without having asked for it in words.
    @Test(arguments: [
        ("baton-router", "BATON_LISTEN"), ("baton-ingress", "BATON_ROUTER"), ("baton-terminal-gateway", "BATON_ROUTER"),
        ("baton-pos-gateway", "BATON_ROUTER"), ("baton-destination-adapter", "BATON_ROUTER"), ("baton", "BATON_ROUTER"),
    ])
    func aBusOverTCPWantsKeysOrAWordThatThereAreNone(executable: String, key: String) async throws {
        let relay = try TestRelay()
        #expect(try await relay.run("baton", ["keys", "init"]).code == 0)
        var settings = [key: "tcp://127.0.0.1:\(executable == "baton-router" ? 0 : 1)"]
        if executable == "baton-destination-adapter" {
            settings.merge(["BATON_DESTINATION": "echo", "BATON_KIND": "echo"]) { $1 }
        } else if executable.hasPrefix("baton-"), executable != "baton-router" {
            settings["BATON_LISTEN"] = "127.0.0.1:0"
        }
        let (code, text) = try await relay.run(executable, executable == "baton" ? ["get", "shop"] : [], settings)
        #expect(code != 0 && text.contains("neither encrypted nor authenticated"), "\(code) \(text)")
        #expect(text.hasPrefix("\(executable): ") || text.contains("\n\(executable): "), "\(text)")
        guard executable == "baton-router" else { return }
        settings["BATON_INSECURE"] = "1"
        try await relay.start(executable, as: "asked", [], settings)
        #expect(try await relay.announcement(of: "asked").addresses["requests"]?.hasPrefix("tcp://") == true)
    }

    @Test func aProcessThatDoesWithoutKeysSaysSoAtItsStart() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "careless", [], ["BATON_INSECURE": "1"])
        try await relay.start("baton-router", as: "careful", waits: false)
        #expect(try relay.log(of: "careless").contains("BATON_INSECURE is on"))
        try await eventually("careful has started") { try relay.log(of: "careful").contains("starting") }
        #expect(try !relay.log(of: "careful").contains("BATON_INSECURE"))
    }

    @Test func aNewerJournalEndsTheStartWithALine() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0")
        try await relay.killNow("router-0")
        try await DatabaseQueue(path: relay.segment).write {
            try $0.execute(sql: "UPDATE segment SET version = 99")
        }
        let (code, text) = try await relay.run("baton-router", [], [:])
        #expect(code == 70, "\(text)")
        #expect(text.contains("newer Baton"), "\(text)")
    }

    /// Under new keys the repeat of an approved payment would be another body under a known key, and a used code a new
    /// one.
    @Test func missingKeysEndTheStartWhereAJournalHasTransactions() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        try await relay.key(cents: 1250)
        let paid = try await relay.submit(
            [
                "terminal": "counter-1", "application": "pay", "operation": "payment",
                "code": try await relay.issueCode(),
            ], key: "k-1")
        #expect(paid.outcome == "approved")
        try FileManager.default.moveItem(atPath: relay.home.keys, toPath: relay.home.path + "/moved")
        for command in [["up"], ["keys", "init"]] {
            let (code, text) = try await relay.run("baton", command)
            #expect(code == 70, "\(text)")
            #expect(text.contains("journal 0 has transactions"), "\(text)")
            #expect(text.split(separator: "\n").count == 1, "\(text)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: relay.home.keys).isEmpty)
        }
        let (code, text) = try await relay.run("baton", ["keys", "replace", "seal", "digest"])
        #expect(code == 0, "\(text)")
        #expect(try await relay.run("baton", ["keys", "init"]).text.contains("is there"))
    }

    @Test func aWriterThatWasStoppedIsEndedAndAnotherTakesOver() async throws {
        let relay = try TestRelay()
        let free = "127.0.0.1:0"
        try await relay.start(
            "baton", as: "up", ["up"],
            [
                "BATON_ADMIN": free, "BATON_LISTEN": free, "BATON_LISTEN_TERMINALS": free, "BATON_LISTEN_POS": free,
                "BATON_LISTEN_SANDBOX": free,
            ], hasKeyboard: true, waits: false)
        func writer() throws -> Announcement? {
            try ["router-0", "router-1"].compactMap { try Announcement.read(home: relay.home, name: $0) }.first
        }
        var found: Announcement?
        try await eventually("a router writes the journal") {
            found = try writer()
            return try found != nil && relay.log(of: "up").contains("process stands by")
        }
        let first = try #require(found)
        kill(first.pid, SIGSTOP)
        try await eventually("another router writes it") {
            try ["router-0", "router-1"].contains {
                let other = try Announcement.read(home: relay.home, name: $0)
                return other != nil && other?.pid != first.pid
            }
        }
        let killed = try relay.records(of: "up").first { $0["message"] == "process hangs and is killed" }
        #expect(killed?["reason"]?.hasPrefix("loop ") == true)
        try await eventually("the stopped one is gone") { kill(first.pid, 0) != 0 }
        relay.signal("up", SIGTERM)
        try await eventually("up has ended") { !relay.isRunning("up") }
    }

    @Test func aSecondRouterWaitsAndTakesOver() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0")
        try await relay.start("baton-router", as: "router-1", waits: false)
        try await eventually("router-1 stands by") { try relay.log(of: "router-1").contains("starting") }
        #expect(relay.isRunning("router-1"))
        try await relay.killNow("router-0")
        let taken = try await relay.announcement(of: "router-1")
        #expect(taken.addresses["requests"]?.contains("router-1") == true)
    }
}

import Foundation
import GRDB
import Testing

/// How processes start, and refuse to.
@Suite(.serialized) struct StartTests {
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

    @Test func aNewerJournalEndsTheStartWithALine() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0")
        try await relay.killNow("router-0")
        try await DatabaseQueue(path: relay.home.journals + "/0.db").write {
            try $0.execute(sql: "UPDATE schema_version SET version = 99")
        }
        let (code, text) = try await relay.run("baton-router", [], [:])
        #expect(code == 70, "\(text)")
        #expect(text.contains("newer Baton"), "\(text)")
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

import Foundation
import Testing

/// What processes log: records that a machine and a person can read, in the words of the relay, whoever comes.
@Suite(.serialized, .timeLimit(.minutes(4))) struct LogTests {
    /// What would be the text of a library or a value of the program, and no word of the relay.
    private static var foreign: [Regex<Substring>] {
        [
            /NIO/, /Optional\(/, /Error Domain/, /ChannelError/, /IOError/, /errno/, /HTTPParser/, /Swift\.\w/, /GRDB/,
            /Hummingbird/,
            /\b[a-z]\w*\([A-Z]\w*\./, /\b[a-z]\w*\(\w+:\s/,
        ]
    }

    /// Each line a record, in words.
    private func check(_ lines: [Substring], of name: String) throws {
        for line in lines {
            let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(record?["message"] is String && record?["level"] is String, "\(name): \(line)")
            let found = Self.foreign.filter { line.contains($0) }
            #expect(found.isEmpty, "\(name): \(line)")
        }
    }

    @Test func refusalsAndSignalsLeaveRecordsInWords() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let socket = relay.home.run + "/till-1.sock"
        try await relay.start(
            "baton-sandbox", as: "pos", ["pos"],
            ["BATON_POS_SOCKET": socket, "BATON_SALE": "12.50 EUR", "BATON_DESTINATION": "http://127.0.0.1:9"])
        let tills = try await relay.announcement(of: "tills").addresses["ws"] ?? ""
        try await relay.start(
            "baton-pos-agent", as: "agent", [],
            ["BATON_POS": "till-1", "BATON_GATEWAY": "ws://\(tills)", "BATON_POS_SOCKET": socket])
        try await badPeersCome(to: relay)

        // A destination that is gone.
        let code = try await relay.issueCode()
        try await relay.killNow("sandbox")
        try await relay.key(cents: 1250)
        let failed = try await relay.submit(
            ["terminal": "counter-1", "application": "pay", "operation": "payment", "code": code], key: "k-1")
        #expect(failed.outcome == "failed")

        let names = [
            "agent", "counter-1", "pos", "adapter", "tills", "terminals", "ingress", "router-1", "router-0",
        ]
        for name in names {
            relay.signal(name, SIGHUP)
            if let worker = relay.worker(of: name) { kill(worker, SIGHUP) }
        }
        for name in names where name != "router-1" {  // A standby has no announcement.
            let admin = try await relay.announcement(of: name).admin
            #expect(try await relay.send("GET", "http://\(admin)/livez").status == 200, "\(name)")
        }
        for name in names {
            relay.signal(name, SIGTERM)
            #expect(try await relay.end(of: name) == 0, "\(name)")
        }
        for name in names + ["sandbox"] {
            let lines = try relay.log(of: name).split(separator: "\n")
            // The displays of terminal and POS are the standard output of the same process.
            try check(["counter-1", "pos"].contains(name) ? lines.filter { $0.hasPrefix("{") } : lines, of: name)
        }
        let reasons = try relay.records(of: "adapter").filter { $0["message"] == "the sandbox did not answer" }
        #expect(reasons.map { $0["reason"] } == ["Connection refused"])
    }

    /// What is no HTTP, no WebSocket or TLS, at each port.
    private func badPeersCome(to relay: TestRelay) async throws {
        let tlsHello: [UInt8] = [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03]
        for (name, key) in [("ingress", "http"), ("terminals", "ws"), ("tills", "ws"), ("sandbox", "http")] {
            let announcement = try await relay.announcement(of: name)
            let address = try #require(announcement.addresses[key])
            for port in [address, announcement.admin] {
                for text in [
                    "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                ] {
                    let connection = try RawConnection(to: port)
                    connection.send(text)
                    connection.hearTheEnd()
                }
                let secured = try RawConnection(to: port)
                secured.send(tlsHello + [UInt8](repeating: 0, count: 64))
                secured.hearTheEnd()
                let gone = try RawConnection(to: port)
                gone.send("GET / HTTP/1.1\r\nHost: x\r\n")
                gone.reset()
            }
            guard key == "ws" else { continue }
            try RawConnection.device(at: address).reset()
            let unmasked = try RawConnection.device(at: address)
            unmasked.send([0x81, 0x02, 0x5B, 0x5D])
            unmasked.hearTheEnd()
        }
    }

    /// What a device says of itself is logged with its session, at most once a second, and does nothing to who reads
    /// it.
    @Test func strangersWriteNoLogAndDevicesALittle() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        let gateway = try #require(try await relay.announcement(of: "terminals").addresses["ws"])
        func session(_ terminal: String, until answer: String) throws {
            let device = try RawConnection.device(at: gateway)
            device.sendFrame(
                #"[2,1,"hello",{"device":{"kind":"terminal","id":"\#(terminal)"},"maker":"Acme \u202e\u0085 of \#(terminal)"}]"#
            )
            try device.hear("nonce")
            device.sendFrame(#"[2,2,"prove",{}]"#)
            try device.hear(answer)
        }
        let sessions = 20
        try session("stranger", until: "unknownTerminal")
        for _ in 0..<sessions { try session("counter-1", until: "connection") }
        relay.signal("terminals", SIGTERM)
        #expect(try await relay.end(of: "terminals") == 0)

        let log = try relay.log(of: "terminals")
        #expect(!log.contains("of stranger"))
        #expect(!log.unicodeScalars.contains { ["\u{202e}", "\u{85}"].contains($0) })
        let lines = try relay.records(of: "terminals").filter { $0["maker"] != nil }
        #expect(lines.first?["maker"] == "Acme \u{202e}\u{85} of counter-1")
        let times = try lines.map {
            try Date($0["time"] ?? "", strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later.timeIntervalSince(earlier) > 0.9) }
        #expect(lines.count < sessions)
    }
}

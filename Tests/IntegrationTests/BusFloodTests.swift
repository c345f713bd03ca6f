import Flooding
import Foundation
import Logging
import ServiceRuntime
import Testing

/// Whoever may enter the bus says what he likes: the relay goes on, and does not grow without bound.
@Suite(.serialized, .timeLimit(.minutes(4))) struct BusFloodTests {
    /// The most memory that a process had so far.
    private func memoryMax(of pid: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(Int(line.split(separator: " ").dropLast().last ?? "")) * 1_024
    }

    /// Pays as a customer does: what surely failed is tried again, with a new code. Nothing may end uncertain, and the
    /// third try must be approved at the latest.
    private func pay(_ relay: TestRelay, key: String) async throws {
        for attempt in 1...3 {
            try await relay.key(cents: 500)
            let code = try await relay.issueCode()
            let answer = try await submit(code, key: "\(key)-\(attempt)", to: relay)
            if answer.outcome == "approved" { return }
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(attempt < 3 && answer.sent == "no", "attempt \(attempt): \(text)")
        }
    }

    /// A connection that the ingress has closed to make room says nothing: the phone repeats under the same key.
    private func submit(_ code: String, key: String, to relay: TestRelay) async throws -> TestRelay.Answer {
        for _ in 1...4 {
            do {
                return try await relay.submit(Self.payment(code), key: key)
            } catch {
                if error is CancellationError { throw error }
            }
        }
        return try await relay.submit(Self.payment(code), key: key)
    }

    private static func payment(_ code: String) -> [String: any Sendable] {
        ["terminal": "counter-1", "application": "pay", "operation": "payment", "code": code]
    }

    @Test func paymentsPassWhileEveryEndpointIsFlooded() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let router = try await relay.announcement(of: "router-0")
        let before = try memoryMax(of: router.pid)
        let flood = Flood()
        for endpoint in ["requests", "devices", "destinations"] {
            let address = try #require(router.addresses[endpoint])
            flood.say("\(endpoint) 8 MB", Words.hopStamps(4_000_000), to: address, count: 4)
            flood.say("\(endpoint) 60 KB", Words.hopStamps(30_000), to: address)
            flood.say(
                "\(endpoint) after hello", Words.hopStamps(30_000), to: address,
                after: Words.hello("destination-adapter"))
        }
        flood.say(
            "resume", Words.resume, to: try #require(router.addresses["devices"]),
            after: Words.hello("terminal-gateway"), count: 100_000)
        let events = try #require(router.addresses["events"].flatMap(Place.init))
        flood.connect(
            "events 8 MB", to: events, count: 1, saying: Words.subscription(bytes: 8 << 20), .leaves, pause: 1_000)
        for payment in 1...2 { try await pay(relay, key: "flooded-\(payment)") }
        try await eventually("each flood has said something") {
            flood.counts.count == 11 && flood.counts.values.allSatisfy { $0 > 0 }
        }
        let counts = flood.counts
        await flood.end()
        let grown = try memoryMax(of: router.pid) - before
        #expect(grown < 500 << 20, "grown by \(grown >> 20) MiB; said \(counts)")
        #expect(relay.isRunning("router-0"))
    }

    /// Every crowd at once, each at the process that speaks what it needs.
    @Test func paymentsPassWhileStrangersCrowdEveryDoor() async throws {
        let relay = try TestRelay()
        try await relay.startRelay()
        try await relay.startTerminal()
        let flood = Flood()
        for name in ["ingress", "terminals", "router-0"] {
            let process = try await relay.announcement(of: name)
            for strangers in Strangers.allCases {
                strangers.begin(flood, at: process.addresses, admin: process.admin)
            }
        }
        for payment in 1...3 { try await pay(relay, key: "crowded-\(payment)") }
        try await eventually("each crowd has been there") {
            Strangers.allCases.allSatisfy { flood.counts[$0.rawValue, default: 0] > 0 }
        }
        await flood.end()
        for name in ["ingress", "terminals", "router-0"] { #expect(relay.isRunning(name)) }
    }

    /// libzmq 4.3.4 ends a process that has no file left for one who connects.
    @Test func aFloodOfConnectionsUsesUpNoFiles() async throws {
        let relay = try TestRelay()
        try await relay.start("baton-router", as: "router-0", filesMax: 3_000)
        let router = try await relay.announcement(of: "router-0")
        let place = try #require(router.addresses["requests"].flatMap(Place.init))
        let most = OpenFiles.room(for: 6_000, beside: 500, logger: Logger(label: "test"))
        try #require(most > 3_500, "these tests need more files: ulimit -n")
        var open: [Int32] = []
        defer { for file in open { close(file) } }
        try await eventually("all are connected") {
            for _ in open.count..<most {
                let file = place.open()
                guard file >= 0 else { return false }  // The others wait with the system.
                open.append(file)
            }
            return true
        }
        let answer = try await relay.run("baton", ["get", "terminals"])
        #expect(answer.code == 0, "\(answer.text)")
        #expect(relay.isRunning("router-0"))
    }
}

import AsyncHTTPClient
import Foundation
import NIOCore
import RelayDomain
import SQLiteLog
import ServiceRuntime
import Synchronization
import Testing

/// A whole relay of real processes in a folder of its own. Everything ends and goes with it.
///
/// The executables stand beside the tests: `BATON_BIN`, or the debug build's folder.
final class TestRelay: @unchecked Sendable {
    // Sendable because a lock keeps the children; each of them is driven by one task at a time.
    let home: Home
    private let running = Mutex<[String: Spawned]>([:])
    private var children: [String: Spawned] {
        get { running.withLock { $0 } }
        set { running.withLock { $0 = newValue } }
    }

    init() throws {
        // Short, since socket paths below it have at most 90 bytes.
        let folder = URL(filePath: "/tmp").appending(path: "baton-it-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        home = Home(folder.path)
    }

    deinit {
        children = [:]
        try? FileManager.default.removeItem(atPath: home.path)
    }

    static var binaries: URL {
        if let folder = ProcessInfo.processInfo.environment["BATON_BIN"] { return URL(filePath: folder) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug").standardized
    }

    // MARK: - Processes

    /// Starts an executable under a name; `wait` returns once it has announced itself.
    /// - Parameter filesMax: how many files it may have open; nil: as many as the tests.
    @discardableResult
    func start(
        _ executable: String, as name: String, _ arguments: [String] = [], _ settings: [String: String] = [:],
        hasKeyboard: Bool = false, waits: Bool = true, filesMax: Int? = nil, ignoresChildren: Bool = false,
        output: Spawned.Stream = .log, error: Spawned.Stream = .log
    ) async throws -> Spawned {
        var environment = ["PATH": "/usr/bin:/bin", "BATON_HOME": home.path]
        // What `make faults` has turned on is on in all of them.
        environment["PLANTED_FAULT"] = ProcessInfo.processInfo.environment["PLANTED_FAULT"]
        if executable != "baton" { environment["BATON_NAME"] = name }
        if !hasKeyboard { environment["BATON_PARENT"] = "1" }
        let path = Self.binaries.appending(path: executable).path
        let before = [filesMax.map { "ulimit -n \($0); " }, ignoresChildren ? "trap '' CHLD; " : nil]
            .compactMap(\.self).joined()
        let inShell = before.isEmpty ? nil : ["-c", before + "exec \"$0\" \"$@\"", path] + arguments
        let child = try Spawned(
            inShell == nil ? path : "/bin/sh", inShell ?? arguments, environment.merging(settings) { $1 },
            log: logFile(of: name), output: output, error: error)
        running.withLock { $0[name] = child }
        if waits { _ = try await announcement(of: name) }
        return child
    }

    /// Runs an executable to its end.
    /// - Returns: its exit code and all that it printed.
    func run(
        _ executable: String, _ arguments: [String], _ settings: [String: String] = [:]
    ) async throws -> (code: Int32, text: String) {
        let name = "run-\(UUID().uuidString.prefix(4))"
        let child = try await start(executable, as: name, arguments, settings, hasKeyboard: true, waits: false)
        child.closeInput()
        let code = try await child.end()
        running.withLock { $0[name] = nil }
        return (code, try log(of: name))
    }

    func announcement(of name: String) async throws -> Announcement {
        try await Announcement.wait(home: home, name: name, pid: children[name]?.pid, within: .seconds(20))
    }

    private func logFile(of name: String) -> String { home.path + "/\(name).log" }

    func log(of name: String) throws -> String { try String(contentsOfFile: logFile(of: name), encoding: .utf8) }

    /// The log's records.
    /// - Throws: if a line is none.
    func records(of name: String) throws -> [[String: String]] {
        try log(of: name).split(separator: "\n").map { line in
            let record = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            guard let record else { throw TestFailure("no record: \(line)") }
            return record.mapValues { "\($0)" }
        }
    }

    func signal(_ name: String, _ signal: Int32) { children[name]?.signal(signal) }

    /// Stops a process and its watchdog, which would end a worker that is stopped alone.
    func freeze(_ name: String) {
        signal(name, SIGSTOP)
        if let worker = worker(of: name) { kill(worker, SIGSTOP) }
    }

    func thaw(_ name: String) {
        if let worker = worker(of: name) { kill(worker, SIGCONT) }
        signal(name, SIGCONT)
    }

    /// The process that does the work: the child of the one that was started. A standby announces nothing, so it is
    /// looked for.
    func worker(of name: String) -> pid_t? {
        guard let parent = children[name]?.pid else { return nil }
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return processes.first { ProcessState($0)?.parent == parent }
    }

    /// Kills without warning, and returns when the process is gone.
    func killNow(_ name: String) async throws {
        guard let child = running.withLock({ $0.removeValue(forKey: name) }) else { return }
        child.signal(SIGKILL)
        _ = try await child.end()
    }

    /// Waits until a process has ended by itself.
    /// - Returns: its exit code, as a shell reports it.
    func end(of name: String) async throws -> Int32 {
        guard let child = children[name] else { return -1 }
        let code = try await child.end()
        running.withLock { $0[name] = nil }
        return code
    }

    func say(_ line: String, to name: String) throws { try children[name]?.say(line) }

    /// The merchant keys a sum of euros, and keys it again if the display says that it was not used: the terminal is
    /// busy with the customer before, or waited for another's sum.
    func key(cents: Int, at terminal: String = "counter-1") async throws {
        let unit = try #require(CurrencyCode("EUR").map(Amount.Unit.currency))
        let sum = try #require(Amount(minorUnits: Int64(cents), unit: unit))
        func lines() throws -> [Substring] {
            try log(of: terminal).split(separator: "\n").filter { $0.contains("\(sum)") }
        }
        var isUsed = false
        while !isUsed {
            let seen = try lines().count
            try say("amount \(sum)", to: terminal)
            try await eventually("the display shows the sum") { try lines().count > seen }
            isUsed = try lines()[seen].contains("was not used") == false
        }
    }

    func isRunning(_ name: String) -> Bool { children[name]?.isRunning ?? false }

    // MARK: - A usual relay

    /// Two routers, an ingress, both gateways, the sandbox and its adapter, and a shop.
    func startRelay(adapter kind: String = "sandbox") async throws {
        let keys = try await run("baton", ["keys", "init"])
        guard keys.code == 0 else { throw TestFailure(keys.text) }
        try await start("baton-router", as: "router-0")
        try await start("baton-router", as: "router-1", waits: false)
        try await start("baton-ingress", as: "ingress", [], ["BATON_LISTEN": "127.0.0.1:0"])
        try await start("baton-terminal-gateway", as: "terminals", [], ["BATON_LISTEN": "127.0.0.1:0"])
        try await start("baton-pos-gateway", as: "tills", [], ["BATON_LISTEN": "127.0.0.1:0"])
        try await start("baton-sandbox", as: "sandbox", ["destination"], ["BATON_LISTEN": "127.0.0.1:0"])
        let sandbox = try await url(of: "sandbox", "http")
        try await start(
            "baton-destination-adapter", as: "adapter", [],
            ["BATON_DESTINATION": "sandbox", "BATON_KIND": kind, "BATON_DESTINATION_URL": sandbox])
        try Self.shop.write(toFile: home.path + "/shop.yaml", atomically: true, encoding: .utf8)
        let applied = try await run("baton", ["apply", "--yes", "-f", home.path + "/shop.yaml"])
        guard applied.code == 0 else { throw TestFailure(applied.text) }
    }

    /// The unpaired terminal.
    func startTerminal(_ id: String = "counter-1") async throws {
        let gateway = try await announcement(of: "terminals").addresses["ws"] ?? ""
        try await start(
            "baton-terminal", as: id, [], ["BATON_TERMINAL": id, "BATON_GATEWAY": "ws://\(gateway)"],
            hasKeyboard: true)
        try await eventually("terminal \(id) is online") {
            try await self.get("/t/\(id)", accept: "application/json").json["online"] as? Bool == true
        }
    }

    func url(of name: String, _ key: String) async throws -> String {
        "http://" + (try await announcement(of: name).addresses[key] ?? "")
    }

    static let shop = """
        version: 1
        destinations:
          - {id: sandbox, kind: sandbox}
        applications:
          - {id: pay, issuer: op, functions: [payment], destination: sandbox}
          - {id: points, issuer: op, functions: [accrue, redeem], destination: sandbox}
        terminals:
          - {id: counter-1}
          - {id: counter-2, pairedWith: till-1}
        pos:
          - {id: till-1}
        scanRules:
          - {symbology: qr, length: 20, prefix: "99", application: pay, operation: payment}

        """

    // MARK: - HTTP

    struct Answer {
        let status: UInt
        let headers: [String: String]
        let body: Data
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        var code: String? { json["code"] as? String }
        var outcome: String? {
            (json["outcome"] as? [String: Any])?["kind"] as? String ?? json["outcome"] as? String
        }
        /// Whether the code has left for its destination: `no`, `maybe`, `yes`.
        var sent: String? { json["sent"] as? String }
    }

    func send(
        _ method: String, _ url: String, _ headers: [(String, String)] = [], body: Data? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(70))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: response.status.code,
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
            body: Data(bytes.readableBytesView))
    }

    func get(_ path: String, accept: String = "application/json") async throws -> Answer {
        try await send("GET", try await url(of: "ingress", "http") + path, [("Accept", accept)])
    }

    /// A phone submits.
    func submit(_ body: [String: any Sendable], key: String, wait: Int = 30) async throws -> Answer {
        try await submit(raw: try JSONSerialization.data(withJSONObject: body), key: key, wait: wait)
    }

    func submit(raw body: Data, key: String?, wait: Int = 0) async throws -> Answer {
        var headers = [("Content-Type", "application/json"), ("Prefer", "wait=\(wait)")]
        if let key { headers.append(("Idempotency-Key", key)) }
        return try await send("POST", try await url(of: "ingress", "http") + "/v1/transactions", headers, body: body)
    }

    /// The phone wants no more of it.
    func cancel(_ id: String, wait: Int) async throws -> Answer {
        let url = try await url(of: "ingress", "http") + "/v1/transactions/\(id)/cancel"
        return try await send("POST", url, [("Prefer", "wait=\(wait)")])
    }

    /// A code from the sandbox, as a phone's wallet gets it.
    func issueCode() async throws -> String {
        let answer = try await send(
            "POST", try await url(of: "sandbox", "http") + "/codes", [("Content-Type", "application/json")],
            body: Data("{}".utf8))
        let codes = answer.json["codes"] as? [String]
        guard let code = answer.json["code"] as? String ?? codes?.first else {
            throw TestFailure("no code: \(String(decoding: answer.body, as: UTF8.self))")
        }
        return code
    }

    // MARK: - Witnesses

    /// The first segment of journal 0's log, which is the only one in a test.
    var segment: String { home.journals + "/0/log-00000000000000000001.db" }

    /// What the journal says happened, in order.
    func journalEvents() throws -> [String] {
        guard FileManager.default.fileExists(atPath: segment) else { return [] }
        let reader = try JournalReader(RelayFiles(journals: home.journals, registry: home.registry), journal: 0)
        var events: [JournalEntry.Event] = []
        try reader.transactions { transactions, _ in
            for transaction in transactions { events += try reader.events(of: transaction.id) }
        }
        return events.sorted { $0.sequence < $1.sequence }.map(\.kind.rawValue)
    }

    /// What the sandbox booked and took back for a transaction.
    func ledger(of transaction: String) async throws -> [String] {
        let answer = try await send("GET", try await url(of: "sandbox", "http") + "/ledger?transaction=\(transaction)")
        return (answer.json["entries"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
    }
}

/// What the system says of a process: the third and fourth field of `/proc/<pid>/stat` (proc(5)).
struct ProcessState {
    /// `T` is stopped, `Z` has ended.
    let letter: String
    let parent: pid_t

    /// Nil if there is no such process.
    init?(_ pid: pid_t) {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
        // The second field is the name, in parentheses; it may hold anything.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 2, let parent = pid_t(fields[2]) else { return nil }
        (letter, self.parent) = (String(fields[1]), parent)
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Waits until something is so, looking every 10 ms, 20 s at most.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let limit = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < limit {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TestFailure("never came true: \(what)")
}

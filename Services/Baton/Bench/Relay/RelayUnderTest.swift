import AsyncHTTPClient
import Foundation
import NIOCore
import RelayDomain
import RelayTransport
import Sealing
import ServiceRuntime

/// A whole relay in a temporary home: its processes over `ipc://`, each port a free one of the loopback interface.
struct RelayUnderTest: Sendable {
    /// The parts of the relay that a transaction passes.
    enum Kind: String, Sendable {
        /// Every process; the adapter approves without a destination.
        case echo
        /// Every process, and the sandbox destination behind the adapter.
        case sandbox
        /// Only the router: phones, devices and destination are ZeroMQ peers.
        case core
    }

    /// The registered application and the destination that decides for it.
    static let application = "bench"
    /// How long the processes may take to become ready.
    private static let startTimeout = Duration.seconds(20)

    let kind: Kind
    let journals: Int
    let home: Home
    let processes: [Tool]
    /// From the first process's start until every process of the relay is ready.
    let startUp: Duration
    private let announced: [String: Announcement]

    /// Starts the processes and waits until all are ready.
    /// - Parameters:
    ///   - binaries: the folder of the executables.
    ///   - folder: becomes the home.
    ///   - journals: how many there are, with one router each.
    static func start(
        _ kind: Kind, binaries: String, in folder: String, journals: Int = 1
    ) async throws -> RelayUnderTest {
        let home = Home(folder)
        try home.prepare()
        for key in ["seal", "digest"] { try KeyFile.makeIfAbsent(URL(fileURLWithPath: "\(home.keys)/\(key)")) }
        var processes: [Tool] = []
        func start(_ name: String, _ executable: String, _ arguments: [String] = [], _ settings: [String: String] = [:])
            throws -> Tool
        {
            let own = ["BATON_HOME": home.path, "BATON_NAME": name, "BATON_PARENT": "1", "BATON_ADMIN": "127.0.0.1:0"]
            let tool = try Tool(
                name, "\(binaries)/\(executable)", arguments,
                environment: Tool.plainEnvironment.merging(settings) { $1 }.merging(own) { $1 }, logIn: home.path)
            processes.append(tool)
            return tool
        }
        do {
            var announced: [String: Announcement] = [:]
            var adapter = ["BATON_DESTINATION": application, "BATON_KIND": kind.rawValue]
            if kind == .sandbox {
                let sandbox = try start("sandbox", "baton-sandbox", ["destination"], ["BATON_LISTEN": "127.0.0.1:0"])
                announced["sandbox"] = try await ready(sandbox, in: home)
                adapter["BATON_DESTINATION_URL"] = "http://\(announced["sandbox"]?.addresses["http"] ?? "")"
            }
            let begin = ContinuousClock.now
            var relay = try (0..<journals).map {
                try start(
                    journals == 1 ? "router" : "router-\($0)", "baton-router", [], ["BATON_JOURNALS": "\(journals)"])
            }
            if kind != .core {
                let anyPort = ["BATON_LISTEN": "127.0.0.1:0"]
                relay += [
                    try start("ingress", "baton-ingress", [], anyPort),
                    try start("terminal-gateway", "baton-terminal-gateway", [], anyPort),
                    try start("pos-gateway", "baton-pos-gateway", [], anyPort),
                    try start("adapter", "baton-destination-adapter", [], adapter),
                ]
            }
            for process in relay { announced[process.name] = try await ready(process, in: home) }
            return RelayUnderTest(
                kind: kind, journals: journals, home: home, processes: processes, startUp: .now - begin,
                announced: announced)
        } catch {
            await end(processes)
            throw error
        }
    }

    /// Ends every process, the last started first.
    func end() async { await Self.end(processes) }

    private static func end(_ processes: [Tool]) async {
        for process in processes.reversed() { await process.end() }
    }

    /// The processes that do the work: each is the child of a watchdog, which needs almost no CPU.
    var workers: [(name: String, pid: Int32)] {
        processes.map { ($0.name, announced[$0.name]?.worker ?? $0.pid) }
    }

    /// Where a process listens.
    /// - Throws: ``BenchError/notReady(_:log:)``.
    func address(of name: String, speaking what: String) throws -> SocketAddress {
        guard let address = announced[name]?.addresses[what].flatMap({ HostPort($0)?.reachable }) else {
            throw BenchError.notReady(name, log: "\(home.path)/\(name).log")
        }
        return try SocketAddress(ipAddress: address.host, port: address.port)
    }

    /// - Throws: ``BenchError/ended(_:log:)`` if a process is gone.
    func checkAlive() throws(BenchError) {
        for process in processes where !process.isRunning { throw .ended(process.name, log: process.log) }
    }

    /// Waits until a process has announced itself and its `/readyz` answers 200.
    private static func ready(_ process: Tool, in home: Home) async throws -> Announcement {
        let deadline = ContinuousClock.now + startTimeout
        while ContinuousClock.now < deadline {
            guard process.isRunning else { throw BenchError.ended(process.name, log: process.log) }
            if let found = try Announcement.read(home: home, name: process.name), found.pid == process.pid,
                let answer = try? await HTTPClient.shared.execute(
                    HTTPClientRequest(url: "http://\(found.admin)/readyz"), timeout: .seconds(2)),
                answer.status == .ok
            {
                return found
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchError.notReady(process.name, log: process.log)
    }
}

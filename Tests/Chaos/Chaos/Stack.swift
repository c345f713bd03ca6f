import AsyncHTTPClient
import Foundation
import NIOCore
import RelayDomain
import ServiceRuntime

/// The real stack: its processes, and the connections between them that can be broken.
struct Stack: Sendable {
    let home: Home
    let crew: Crew
    let backends = Backends()
    let warden: Warden
    let proxies: [Line: NIOLoopBound<Proxy>]
    let lines: [Line: HostPort]
    let eventLoop: any EventLoop
    let client: HTTPClient
    private let binaries: String
    private let roster: Roster

    /// Makes the home and the proxies of the lines; no process runs yet.
    init(_ options: ChaosOptions, home: Home, on eventLoop: any EventLoop, _ client: HTTPClient) async throws {
        self.home = home
        self.eventLoop = eventLoop
        self.client = client
        binaries = options.binaries
        try home.prepare()
        try FileManager.default.createDirectory(atPath: "\(home.path)/log", withIntermediateDirectories: true)
        warden = try Warden(log: "\(home.path)/log/warden.log")
        crew = Crew(home: home, binaries: binaries, warden: warden)
        var proxies: [Line: NIOLoopBound<Proxy>] = [:]
        var lines: [Line: HostPort] = [:]
        for line in Line.allCases {
            let backends = backends
            let proxy = try await eventLoop.submit {
                NIOLoopBound(Proxy(line, to: backends, on: eventLoop), eventLoop: eventLoop)
            }.get()
            proxies[line] = proxy
            lines[line] = try await eventLoop.flatSubmit { proxy.value.start() }.get()
        }
        self.proxies = proxies
        self.lines = lines
        roster = Roster(home: home, folder: try home.runDirectory(), lines: lines)
    }

    /// Starts everything, and registers a shop with these terminals.
    /// - Throws: ``ChaosError``.
    func start(terminals: [String]) async throws {
        _ = try await operate(["keys", "init"])
        let first = roster.routers + [roster.sandbox]
        try await crew.add(first + roster.edges)
        try await crew.waitUntilReady(["sandbox"] + roster.edges.map(\.name))
        try ShopText.text(terminals: terminals).write(
            toFile: "\(home.path)/shop.yaml", atomically: true, encoding: .utf8)
        _ = try await operate(["apply", "--yes", "-f", "\(home.path)/shop.yaml"])
        try await crew.add(roster.adapters + roster.farEnds)
        try await crew.waitUntilReady((roster.adapters + roster.farEnds).map(\.name))
    }

    /// Verifies the journals, as an operator does.
    /// - Returns: what is wrong with them; nil if nothing is.
    func journalsFault() async throws -> String? {
        do {
            _ = try await operate(["journal", "verify"])
            return nil
        } catch ChaosError.refused(_, let said) {
            return said
        }
    }

    /// Runs a command of the operator.
    private func operate(_ arguments: [String]) async throws -> String {
        let name = "baton \(arguments[0])"
        let (end, text) = try await Tool.run(
            "\(binaries)/baton", arguments, ["PATH": "/usr/bin:/bin", "BATON_HOME": home.path],
            log: "\(home.path)/log/baton-\(arguments[0]).log", within: .seconds(60), warden: warden)
        guard end == "exit code 0" else { throw ChaosError.refused(name, said: text) }
        return text
    }

    func end() async {
        await crew.end()
        let proxies = proxies
        try? await eventLoop.submit { for proxy in proxies.values { proxy.value.close() } }.get()
    }
}

import RelayDomain
import ServiceRuntime

/// One place in the stack that is filled by a process, and how that process is started.
struct Post: Sendable {
    /// The instance's name, also the name of its announcement and its log.
    let name: String
    /// Its kind; both routers have the role `activeRouter` until the active one is determined.
    let role: Role
    let executable: String
    var arguments: [String] = []
    let settings: [String: String]
    /// Whether its standard input is a keyboard; all other processes end when their input ends.
    var hasKeyboard = false
}

/// Which processes the stack consists of.
struct Roster: Sendable {
    /// Terminals that are processes, and POS with an agent and a POS program each.
    static let terminals = ["real-1", "real-2"]
    static let pos = ["till-1", "till-2", "till-3"]
    /// The sale of each POS, in cents; for the last one's amount the destination books and does not answer.
    static let sales: [Int64] = [1_250, 800, 9_302]

    /// Cents as typed: `12.50 EUR`.
    static func euros(_ cents: Int64) -> String {
        CurrencyCode("EUR").flatMap { Amount(minorUnits: cents, unit: .currency($0)) }.map { "\($0)" } ?? ""
    }

    let home: Home
    let folder: String
    /// Where the harness listens for each line.
    let lines: [Line: HostPort]

    private func address(_ line: Line) -> String { lines[line].map { "\($0)" } ?? "127.0.0.1:9" }

    var routers: [Post] {
        (0...1).map { Post(name: "router-\($0)", role: .activeRouter, executable: "baton-router", settings: common) }
    }

    var sandbox: Post {
        Post(
            name: "sandbox", role: .sandbox, executable: "baton-sandbox", arguments: ["destination"],
            settings: common.merging(["BATON_LISTEN": "127.0.0.1:0"]) { $1 })
    }

    var edges: [Post] {
        let kinds: [(String, Role, String)] = [
            ("ingress", .ingress, "baton-ingress"),
            ("terminal-gateway", .terminalGateway, "baton-terminal-gateway"),
            ("pos-gateway", .posGateway, "baton-pos-gateway"),
        ]
        return kinds.flatMap { name, role, executable in
            (0...1).map {
                Post(
                    name: "\(name)-\($0)", role: role, executable: executable,
                    settings: common.merging(["BATON_LISTEN": "127.0.0.1:0"]) { $1 })
            }
        }
    }

    var adapters: [Post] {
        (0...1).map {
            Post(
                name: "adapter-\($0)", role: .adapter, executable: "baton-destination-adapter",
                settings: common.merging([
                    "BATON_DESTINATION": "sandbox", "BATON_KIND": "sandbox",
                    "BATON_DESTINATION_URL": "http://\(address(.destination))",
                ]) { $1 })
        }
    }

    var farEnds: [Post] {
        let terminals = Self.terminals.map { name in
            Post(
                name: name, role: .terminal, executable: "baton-terminal",
                settings: common.merging([
                    "BATON_TERMINAL": name, "BATON_GATEWAY": "ws://\(address(.terminals))",
                ]) { $1 }, hasKeyboard: true)
        }
        let programs = zip(Self.pos, Self.sales).map { name, sale in
            Post(
                name: "pos-\(name)", role: .pos, executable: "baton-sandbox", arguments: ["pos"],
                settings: common.merging([
                    "BATON_POS_SOCKET": "\(folder)/pos-\(name).sock", "BATON_SALE": Roster.euros(sale),
                    "BATON_DESTINATION": "http://\(address(.posDestination))",
                ]) { $1 })
        }
        let agents = Self.pos.map { name in
            Post(
                name: "agent-\(name)", role: .agent, executable: "baton-pos-agent",
                settings: common.merging([
                    "BATON_POS": name, "BATON_GATEWAY": "ws://\(address(.tills))",
                    "BATON_POS_SOCKET": "\(folder)/pos-\(name).sock",
                ]) { $1 })
        }
        return terminals + programs + agents
    }

    private var common: [String: String] { ["BATON_HOME": home.path, "BATON_DRAIN": "3s"] }
}

import ArgumentParser
import RelayDomain
import ServiceRuntime

extension RelayPlan {
    /// Where the relay's edges and the sandbox have bound.
    struct Edges: Sendable {
        let phones: HostPort
        let terminals: HostPort
        let pos: HostPort
        let sandbox: HostPort

        init(phones: HostPort, terminals: HostPort, pos: HostPort, sandbox: HostPort) {
            self.phones = phones
            self.terminals = terminals
            self.pos = pos
            self.sandbox = sandbox
        }

        /// Reads four addresses, in the order of the fields, with commas between them.
        /// - Throws: `ValidationError`.
        init(argument: String) throws {
            let texts = argument.split(separator: ",", omittingEmptySubsequences: false)
            let addresses = texts.compactMap { HostPort(String($0)) }
            guard texts.count == 4, addresses.count == 4 else {
                throw ValidationError(
                    "four addresses HOST:PORT are expected: ingress, terminal gateway, POS gateway, sandbox")
            }
            self.init(phones: addresses[0], terminals: addresses[1], pos: addresses[2], sandbox: addresses[3])
        }
    }

    /// What surrounds the relay in a trial: a device for each registered terminal, and a POS program with its agent for
    /// each registered POS.
    /// - Parameters:
    ///   - sale: the sale that the POS programs have open.
    func farEnds(of shop: Shop, edges: Edges, sale: Amount) throws -> [ProcessPlan] {
        let home = configuration.home
        let terminals = shop.terminals.map { terminal in
            ProcessPlan(
                terminal.id.text, "baton-terminal",
                settings: common(admin: nil).merging([
                    "BATON_TERMINAL": terminal.id.text, "BATON_GATEWAY": "ws://\(edges.terminals)",
                    "BATON_PUBLIC_URL": configuration.publicURL?.text ?? "http://\(edges.phones)",
                    "BATON_TAG_PICTURE": "\(home.path)/tags/\(terminal.id).png",
                ]) { $1 }, stage: 3, group: Self.farEnds, hasKeyboard: true)
        }
        let folder = try home.runDirectory()
        let programs = shop.pos.map { pos in
            ProcessPlan(
                "pos-\(pos)", "baton-sandbox", arguments: ["pos"],
                settings: common(admin: nil).merging([
                    "BATON_POS_SOCKET": "\(folder)/pos-\(pos).sock", "BATON_SALE": "\(sale)",
                    "BATON_DESTINATION": "http://\(edges.sandbox)",
                ]) { $1 }, stage: 3, group: Self.farEnds)
        }
        let agents = shop.pos.map { pos in
            ProcessPlan(
                "agent-\(pos)", "baton-pos-agent",
                settings: common(admin: nil).merging([
                    "BATON_POS": pos.text, "BATON_GATEWAY": "ws://\(edges.pos)",
                    "BATON_POS_SOCKET": "\(folder)/pos-\(pos).sock",
                ]) { $1 }, stage: 3, group: Self.farEnds)
        }
        return terminals + programs + agents
    }
}

import ArgumentParser
import RelayDomain

struct GetTerminals: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminals",
        abstract: "Lists the relay terminals, and whether the devices of each counter are connected and ready.")

    @OptionGroup var format: OutputOption

    /// One counter as it is printed.
    struct Row: ListRow {
        let terminal: String
        let pairedWith: String?
        let shop: String?
        let state: String

        var columns: [String] { [terminal, pairedWith.map { "paired with \($0)" } ?? "unpaired", state] }
    }

    func listing() async throws -> Listing<Row> {
        try await withRouter(try BatonConfiguration()) { router in
            var rows: [Row] = []
            for terminal in try await router.shop().shop.terminals {
                rows.append(
                    Row(
                        terminal: terminal.id.text, pairedWith: terminal.pairedWith?.text, shop: terminal.shop?.text,
                        state: try await router.state(of: terminal.id)))
            }
            return Listing(rows: rows)
        }
    }
}

struct GetPOS: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "pos",
        abstract: "Lists the seller terminals (POS), and whether the agent of each is connected and ready.")

    @OptionGroup var format: OutputOption

    /// One POS as it is printed.
    struct Row: ListRow {
        let pos: String
        let terminal: String?
        let state: String

        var columns: [String] { [pos, terminal.map { "paired with \($0)" } ?? "unpaired", state] }
    }

    func listing() async throws -> Listing<Row> {
        try await withRouter(try BatonConfiguration()) { router in
            let shop = try await router.shop().shop
            var rows: [Row] = []
            for pos in shop.pos {
                let terminal = shop.terminals.first { $0.pairedWith == pos }?.id
                var state = "takes part in nothing"
                if let terminal { state = try await router.info(of: terminal)?.agentText ?? RouterConsole.noRouter }
                rows.append(Row(pos: pos.text, terminal: terminal?.text, state: state))
            }
            return Listing(rows: rows)
        }
    }
}

extension RouterConsole {
    /// The state of a device whose journal has no router.
    static let noRouter = "unknown (no router for its journal)"

    /// If one journal has no router, the other terminals are still shown.
    func info(of terminal: TerminalID) async throws(OperatorError) -> TerminalInfo? {
        do throws(OperatorError) {
            return try await resolve(terminal)
        } catch {
            guard case .noRouter = error else { throw error }
            return nil
        }
    }

    fileprivate func state(of terminal: TerminalID) async throws(OperatorError) -> String {
        try await info(of: terminal)?.stateText ?? Self.noRouter
    }
}

extension TerminalInfo {
    /// `online`, `offline`, or why the counter cannot be used: a paired one needs both its devices.
    var stateText: String {
        switch (isPaired, isOnline, isTerminalOnline) {
        case (true, false, true): "offline: the POS agent is not connected"
        case (true, true, false): "offline: the relay terminal is not connected"
        case (_, false, _): "offline"
        case (_, true, _): agentText
        }
    }

    /// The same for the device that carries out commands, regardless of the other one.
    var agentText: String {
        guard isOnline else { return "offline" }
        guard !readiness.isReady else { return "online" }
        return "online, not ready" + (readiness.reason.map { ": \($0)" } ?? "")
    }
}

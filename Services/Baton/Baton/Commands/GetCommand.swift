import ArgumentParser
import Foundation
import RelayDomain

/// `baton get shop | terminals | transaction <id>`.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows what the relay knows, straight from its routers.",
        subcommands: [GetShop.self, GetTerminals.self, GetTransaction.self])
}

struct GetShop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop", abstract: "Prints the registered shop as a shop file that `apply` takes.")

    func run() async throws {
        let registered = try await withRouter(try BatonConfiguration()) { try await $0.shop() }
        print(
            "# version \(registered.version) of the registry\n" + ShopText.yaml(of: registered.shop), terminator: "")
    }
}

struct GetTerminals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terminals",
        abstract: "Lists the relay terminals, and whether the device that serves each is connected and ready.")

    func run() async throws {
        try await withRouter(try BatonConfiguration()) { router in
            for terminal in try await router.shop().shop.terminals {
                let pairing = terminal.pairedWith.map { "paired with \($0)" } ?? "unpaired"
                print("\(terminal.id)\t\(pairing)\t\(try await state(of: terminal.id, router))")
            }
        }
    }

    /// A journal without a router is no reason not to show the other terminals.
    private func state(of terminal: TerminalID, _ router: RouterConsole) async throws -> String {
        do throws(OperatorError) {
            return try await router.resolve(terminal).stateText
        } catch {
            guard case .noRouter = error else { throw error }
            return "unknown (no router for its journal)"
        }
    }
}

struct GetTransaction: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transaction", abstract: "Shows one transaction: its outcome and its path.")

    @Argument(help: "The transaction's ID.")
    var transaction: String

    func run() async throws {
        guard let id = TransactionID(transaction) else {
            throw ValidationError("\(transaction) is no transaction ID: <uuid>.<journal> is expected.")
        }
        let status = try await withRouter(try BatonConfiguration()) { try await $0.transaction(id) }
        print(TransactionReport(status).text)
    }
}

extension TerminalInfo {
    /// `online`, `offline`, or why the device is there and of no use.
    var stateText: String {
        guard isOnline else { return "offline" }
        guard !readiness.isReady else { return "online" }
        return "online, not ready" + (readiness.reason.map { ": \($0)" } ?? "")
    }
}

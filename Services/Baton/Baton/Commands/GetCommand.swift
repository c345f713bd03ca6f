import ArgumentParser
import Foundation
import RelayDomain

/// `baton get shop | terminals | pos | destinations | adapters | transactions | transaction <id>`.
struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Shows what the relay knows, from its routers.",
        subcommands: [
            GetShop.self, GetTerminals.self, GetPOS.self, GetDestinations.self, GetAdapters.self, GetTransactions.self,
            GetTransaction.self,
        ])
}

struct GetShop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shop", abstract: "Prints the registered shop as a shop file that `apply` takes.")

    @Option(help: "An earlier version; `baton shop history` lists them.")
    var version: UInt64?

    @OptionGroup var format: OutputOption

    func run() async throws {
        let registered = try await withRouter(try BatonConfiguration()) { try await $0.shop(version: version) }
        try format.print(
            ShopText.Document(registered.shop, version: registered.version),
            text: "# version \(registered.version) of the registry\n" + ShopText.yaml(of: registered.shop).dropLast())
    }
}

struct GetTransaction: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transaction", abstract: "Shows one transaction: its outcome and its path.")

    @Argument(help: "The transaction's ID.")
    var transaction: String

    @OptionGroup var format: OutputOption

    func run() async throws {
        guard let id = TransactionID(transaction) else {
            throw ValidationError("\(transaction.plain) is not a transaction ID: <uuid>.<journal> is expected.")
        }
        let status = try await withRouter(try BatonConfiguration()) { try await $0.transaction(id) }
        let report = try TransactionReport(status)
        try format.print(report, text: report.text)
    }
}

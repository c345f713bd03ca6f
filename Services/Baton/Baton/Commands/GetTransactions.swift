import ArgumentParser
import RelayDomain
import SQLiteLog
import ServiceRuntime

struct GetTransactions: ListingCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions",
        abstract: "Lists transactions without a final result, and those that a person has to check.",
        discussion: """
            --open asks the routers, and names the oldest \(Overview.oldestMax) of each journal; --marked reads the journals \
            of BATON_HOME on this machine. Without either it does both. `baton journal export` lists all transactions.
            """)

    @Flag(help: "Those without outcome, and those about which the destination is still asked.")
    var open = false

    @Flag(help: "Those with a mark: a person has to check them.")
    var marked = false

    @OptionGroup var format: OutputOption

    /// One transaction as it is printed.
    struct Row: ListRow {
        let transaction: String
        let acceptedAt: String
        let terminal: String
        let application: String
        let destination: String
        let state: String
        let minorUnits: Int64?
        let unit: String?
        let reconcile: [String]
        private let amount: Amount?

        private enum CodingKeys: String, CodingKey {
            case transaction, acceptedAt, terminal, application, destination, state, minorUnits, unit, reconcile
        }

        init(_ transaction: OpenTransaction) {
            self.transaction = transaction.id.text
            acceptedAt = "\(Timestamp(milliseconds: transaction.acceptedOn.milliseconds))"
            terminal = transaction.terminal.text
            application = transaction.application.text
            destination = transaction.destination.text
            state = transaction.state.rawValue
            amount = transaction.amount
            minorUnits = amount?.minorUnits
            unit = amount.map { "\($0.unit)" }
            reconcile = transaction.reconciliation.map(\.rawValue)
        }

        var columns: [String] {
            [transaction, acceptedAt, terminal, application, destination, state, amount.map { "\($0)" } ?? "no sum"]
                + (reconcile.isEmpty ? [] : ["a person has to look: " + reconcile.joined(separator: " ")])
        }
    }

    func listing() async throws -> Listing<Row> {
        let configuration = try BatonConfiguration()
        var listing = Listing<Row>(rows: [])
        if open || !marked {
            let overviews = try await withRouter(configuration) { try await $0.overviews() }
            listing.rows = overviews.oldest.map(Row.init)
            let all = overviews.heard.reduce(0) { $0 + $1.open.values.reduce(0, +) }
            listing.missing = overviews.silenceInWords
            if all > listing.rows.count {
                listing.missing.append("these are the oldest \(listing.rows.count) of \(all) that are open")
            }
        }
        if marked || !open {
            let known = Set(listing.rows.map(\.transaction))
            let files = RelayFiles(configuration.home)
            for number in try files.madeJournals() {
                try JournalExport.transactions(files, number, LedgerFilter(concern: .marked)) {
                    found, _, unread in
                    // What is archived has no mark.
                    listing.missing += unread.filter { !$0.isArchived }.map { "\($0): it is missing here" }
                    listing.rows += found.map { Row(OpenTransaction($0)) }.filter { !known.contains($0.transaction) }
                }
            }
        }
        return listing
    }
}

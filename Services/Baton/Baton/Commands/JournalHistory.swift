import ArgumentParser
import RelayDomain
import SQLiteLog
import ServiceRuntime

/// `baton journal history <transaction>`.
struct JournalHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Prints every event of a transaction: decisions, late answers, who closed marks.",
        discussion: """
            One line each: the time (UTC), the event and its details. `baton trace` shows the transaction's path instead. \
            Exit code 1 if the journal does not contain the transaction.
            """)

    @Argument(help: "The transaction's ID.")
    var transaction: TransactionID

    @OptionGroup var format: OutputOption

    /// One event as it is printed.
    private struct Row: Encodable {
        let at: String
        let event: String
        let detail: String?

        init(_ event: JournalEntry.Event) {
            at = "\(Timestamp(milliseconds: event.wall.milliseconds))"
            self.event = event.kind.rawValue
            detail = event.detail.isEmpty ? nil : event.detail
        }
    }

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        guard try files.madeJournals().contains(transaction.journal) else {
            throw ValidationError("\(transaction): this relay has no journal \(transaction.journal).")
        }
        let events = try JournalReader(files, journal: transaction.journal).events(of: transaction)
        guard !events.isEmpty else { throw OperatorError.refused(Refused(.unknownTransaction)) }
        try format.print(events.map(Row.init), text: events.map(Self.line).joined(separator: "\n"))
    }

    static func line(_ event: JournalEntry.Event) -> String {
        let words = ["\(Timestamp(milliseconds: event.wall.milliseconds))", event.kind.rawValue, event.detail]
        // A text from a person or a destination is printed as one line, whatever it contains.
        return words.filter { !$0.isEmpty }.map(\.plain).joined(separator: "  ")
    }
}

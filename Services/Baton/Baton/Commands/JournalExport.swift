import ArgumentParser
import Foundation
import RelayDomain
import RelayJournal
import SQLiteLog

/// `baton journal export`.
struct JournalExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Prints the transactions for accounting, one line each, oldest first in each journal.",
        discussion: """
            Includes those without outcome; see their state. Times are UTC; --day, --from and --to are days \
            of this machine's time zone (TZ), on which a transaction was accepted. Amounts are minor units: 1250 of EUR is \
            12.50. A transaction that cannot be read is named on standard error; the others are printed, and the exit code is 1. \
            It is 4 if nothing lacks but what was archived and pruned.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, jsonl }

    @Option(help: "csv (RFC 4180, with a header) or jsonl (one JSON object a line).")
    var format: Format = .csv

    @Option(help: "Only transactions of this day, YYYY-MM-DD.")
    var day: LedgerDay?

    @Option(help: "Only from this day on.")
    var from: LedgerDay?

    @Option(help: "Only until this day, which is included.")
    var to: LedgerDay?

    @Option(help: "Only this destination's.")
    var destination: DestinationID?

    @Option(help: "Only this relay terminal's.")
    var terminal: TerminalID?

    @Option(help: "Only those that are marked (a person has to look at them) or open (without outcome yet).")
    var only: LedgerFilter.Concern?

    func validate() throws {
        guard day == nil || from == nil && to == nil else {
            throw ValidationError("--day is one day; --from and --to name several.")
        }
    }

    func run() throws {
        let configuration = try BatonConfiguration()
        let files = RelayFiles(configuration.home)
        guard let days = LedgerDays(from: day ?? from, to: day ?? to, in: try LedgerZone.current()) else {
            throw ValidationError("--to is before --from.")
        }
        let filter = LedgerFilter(days: days, destination: destination, terminal: terminal, concern: only)
        let progress = ProgressLine()
        defer { progress.end() }
        let numbers = try files.madeJournals()
        if format == .csv { try print(LedgerLine.csvHeader, terminator: "") }
        var (read, unread, archived) = (0, 0, 0)
        for number in numbers {
            try Self.transactions(files, number, filter) { transactions, readNow, unreadable in
                read += readNow
                progress.tell("journal \(number): \(read) transactions read")
                try print(try transactions.map { try line($0, site: configuration.site) }.joined(), terminator: "")
                if !unreadable.isEmpty { progress.end() }
                archived += unreadable.count(where: \.isArchived)
                for error in unreadable where !error.isArchived {
                    unread += 1
                    if unread <= Self.namedMax { printNotice("\(error)") }
                }
            }
        }
        progress.end()
        if archived > 0 {
            printNotice(
                "\(archived) transactions were archived and pruned and are not in this export: "
                    + "their segments are where `baton journal archive` put them.")
        }
        if unread > 0 {
            printNotice(
                "\(unread) transactions could not be read and are not in this export: run `baton journal verify`.")
            throw ExitCode(1)
        }
        if archived > 0 { throw ExitCode(4) }
    }

    /// How many unreadable transactions are named.
    private static let namedMax = 20

    /// The transactions of a journal that pass a filter, a bounded number at a time.
    /// - Parameter body: gets them, how many were read for them, and what is wrong with those that cannot be read. The
    ///   filter does not apply to the latter: their contents are not known.
    static func transactions(
        _ files: RelayFiles, _ journal: UInt8, _ filter: LedgerFilter,
        _ body: ([Transaction], Int, [JournalError]) throws -> Void
    ) throws {
        try JournalReader(files, journal: journal).transactions(from: filter.days?.start, until: filter.days?.end) {
            try body($0.filter(filter.takes), $0.count, $1)
        }
    }

    private func line(_ transaction: Transaction, site: String?) throws -> String {
        let line = LedgerLine(transaction, site: site)
        return switch format {
        case .csv: line.csv
        case .jsonl: try line.json
        }
    }
}

extension LedgerFilter.Concern: ExpressibleByArgument {}

extension LedgerDay: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}

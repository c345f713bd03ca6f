import ArgumentParser
import RelayDomain
import RelayJournal
import SQLiteLog
import ServiceRuntime

/// `baton journal accept-loss JOURNAL`.
struct JournalAcceptLoss: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-loss",
        abstract: "Lets a journal go on whose log lost its end, without what was in it.",
        discussion: """
            For a journal that a router refuses because its index has seen batches that the log does not have, if neither the \
            lost files nor a newer backup can be found. Stop the relay first, and keep a copy of the journal's folder. \
            Transactions, keys and codes of the lost batches are unknown afterwards; the journal leaves a gap in its sequence, \
            as after a restore. Compare with the destinations.
            """)

    @Argument(help: "The journal's number.")
    var journal: UInt8

    @Option(help: "Leave at least this gap, if more events than that may have been lost.")
    var gap: UInt64 = 0

    func validate() throws {
        guard gap <= Restore.gapAskedMax else { throw ValidationError("--gap is at most \(Restore.gapAskedMax).") }
    }

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        guard try files.madeJournals().contains(journal) else {
            throw ValidationError("There is no journal \(journal) in \(files.journals).")
        }
        let progress = ProgressLine()
        defer { progress.end() }
        let now = Instant(milliseconds: Timestamp.now.milliseconds)
        let accepted = try files.acceptLoss(of: journal, now: now, gap: gap) {
            progress.tell("journal \(journal): batch", $0, of: $1)
        }
        progress.end()
        try print("journal \(journal): \(accepted.fault)")
        try print("It goes on without them, with a gap of \(accepted.gap) events: compare with the destinations.")
    }
}

import ArgumentParser
import Foundation
import RelayDomain
import RelayJournal
import SQLiteLog
import ServiceRuntime

/// `baton journal backup FILE`.
struct JournalBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies all journals and the registry to one new file while the relay runs.",
        discussion: """
            The file is a tar archive of SQLite files and SHA256SUMS, and appears when it is complete and on the disk. \
            Until then there must also be room beside it for a copy of the largest journal. The keys are not in it: keep a \
            copy of keys/ elsewhere.
            """)

    @Argument(help: "The file to make.")
    var file: String

    func run() throws {
        let progress = ProgressLine()
        defer { progress.end() }
        let home = try BatonConfiguration().home
        let now = Instant(milliseconds: Timestamp.now.milliseconds)
        let summary = try SQLiteEngine(home).backup(to: file, now: now) { what, done, all in
            progress.tell("\(what): \(all == 0 ? 100 : done * 100 / all) %")
        }
        progress.end()
        do {
            try RelayFiles(home).noteBackup(at: Instant(milliseconds: Timestamp.now.milliseconds))
        } catch {
            printNotice("the backup is complete; its time could not be stored for the metrics: \(systemReason(error))")
        }
        try print("\(file): journals: \(summary.journals), bytes: \(summary.bytes)")
    }
}

/// `baton journal restore FILE`.
struct JournalRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Puts a backup into a home without journals and registry.",
        discussion: """
            Stop the relay and move the old home aside first. Each journal is verified, then leaves a gap in its sequence, \
            so that no reference number is issued twice: \(Restore.gapMin) events, and \(Restore.gapPerSecond) more \
            for each second since the backup.
            """)

    @Argument(help: "A file that `baton journal backup` made.")
    var file: String

    @Option(help: "Leave at least this gap, if more events than that may have come after the backup.")
    var gap: UInt64 = 0

    func validate() throws {
        guard gap <= Restore.gapAskedMax else { throw ValidationError("--gap is at most \(Restore.gapAskedMax).") }
    }

    func run() throws {
        let home = try BatonConfiguration().home
        try home.prepare()
        let progress = ProgressLine()
        defer { progress.end() }
        let summary = try Restore(of: file, to: RelayFiles(home))
            .run(now: Instant(milliseconds: Timestamp.now.milliseconds), gap: gap) { what, done, all in
                progress.tell("\(what): \(all == 0 ? 100 : done * 100 / all) %")
            }
        progress.end()
        try print(
            "\(home.path): journals \(summary.journals.map(String.init).joined(separator: ", ")) as of "
                + "\(Timestamp(milliseconds: summary.made.milliseconds)), with a gap of \(summary.gap) events")
        try print("Transactions after that are missing here: compare with the destinations.")
        for key in ["seal", "digest"] where !FileManager.default.fileExists(atPath: "\(home.keys)/\(key)") {
            try print(
                "keys/\(key) is missing: copy the old one before you start the relay, or codes in progress are lost.")
        }
    }
}

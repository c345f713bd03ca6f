import ArgumentParser
import Foundation
import RelayDomain
import RelayJournal
import SQLiteLog
import ServiceRuntime

/// `baton journal segments`.
struct JournalSegments: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segments",
        abstract: "Lists the segments of each journal's log, oldest first.",
        discussion: """
            One line each: the file, its batches, the times (UTC) of its first and last events, its bytes, and whether it is \
            written, closed (it can be archived) or pruned.
            """)

    @OptionGroup var format: OutputOption

    private struct Row: Encodable {
        let journal: UInt8
        let segment: String
        let first: UInt64
        let last: UInt64
        let from: String?
        let to: String?
        let bytes: Int64
        let state: String

        init(_ segment: SegmentReport) {
            func text(_ instant: Instant?) -> String? {
                instant.map { "\(Timestamp(milliseconds: $0.milliseconds))" }
            }
            (journal, self.segment, bytes) = (segment.journal, segment.name, segment.bytes)
            (first, last) = (segment.batches.lowerBound, segment.batches.upperBound)
            (from, to) = (text(segment.from), text(segment.to))
            state = segment.isPruned ? "pruned" : segment.isClosed ? "closed" : "written"
        }

        var line: String {
            "journal \(journal)  \(segment)  batches \(first) to \(last)  \(from ?? "-") to \(to ?? "-")  \(bytes)  \(state)"
        }
    }

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        let rows = try files.madeJournals().flatMap { try files.segments(of: $0).map(Row.init) }
        try format.print(rows, text: rows.map(\.line).joined(separator: "\n"))
    }
}

/// `baton journal archive FOLDER`.
struct JournalArchive: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Copies the closed segments that a folder does not have yet, once the log is verified.",
        discussion: "Beside each copy is its SHA-256, as `sha256sum -c` reads it. Copies are on the disk when it ends.")

    @Argument(help: "The folder; made if absent.")
    var folder: String

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        for number in try files.madeJournals() {
            let progress = ProgressLine()
            defer { progress.end() }
            let copied = try Archive(of: files, journal: number, to: folder).copy { progress.tell($0, $1, of: $2) }
            progress.end()
            for name in copied { try print("journal \(number): \(name) is archived") }
        }
    }
}

/// `baton journal prune`.
struct JournalPrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Removes old segments that are archived and that no transaction, key or code needs.",
        discussion: """
            Oldest first, up to the first that has to stay; it is named with the reason, and the exit code is 1. The log and the \
            copies are verified before. A note is left of each: what was in it reads as archived, not as unknown.
            """)

    @Option(help: "Only segments that ended before this day, YYYY-MM-DD, of this machine's time zone.")
    var before: LedgerDay

    @Option(help: "The folder that `baton journal archive` filled.")
    var archived: String

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        guard let limit = LedgerDays(from: before, to: before, in: try LedgerZone.current())?.start else {
            throw ValidationError("--before is no day.")
        }
        var isKept = false
        for number in try files.madeJournals() {
            let progress = ProgressLine()
            defer { progress.end() }
            let archive = Archive(of: files, journal: number, to: archived)
            let pruned = try archive.prune(before: limit) { progress.tell($0, $1, of: $2) }
            progress.end()
            for name in pruned.removed { try print("journal \(number): \(name) is pruned") }
            if let kept = pruned.kept {
                printNotice("journal \(number): \(kept)")
                isKept = true
            }
        }
        if isKept { throw ExitCode(1) }
    }
}

/// `baton journal reindex`.
struct JournalReindex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Builds each journal's index anew from its log.",
        discussion:
            "Stop the relay first. A router that finds its index missing or damaged does the same before it is ready.")

    func run() throws {
        let files = RelayFiles(try BatonConfiguration().home)
        for number in try files.madeJournals() {
            let progress = ProgressLine()
            defer { progress.end() }
            try files.reindex(number) { progress.tell("journal \(number): batch", $0, of: $1) }
            progress.end()
            try print("journal \(number): the index is built")
        }
    }
}

extension ProgressLine {
    /// How much of a step is done.
    func tell(_ step: String, _ done: UInt64, of all: UInt64) {
        tell("\(step): \(all == 0 ? 100 : done * 100 / all) %")
    }
}

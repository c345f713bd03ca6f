import ArgumentParser
import Foundation
import RelayDomain
import RelayJournal
import SQLiteLog
import ServiceRuntime

/// `baton journal verify | export | history | backup | restore | segments | archive | prune | reindex | accept-loss`.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Verifies, prints, backs up and restores what the routers have made durable.",
        discussion:
            "Reads the files of BATON_HOME on this machine; all but restore, reindex and accept-loss work while the relay "
            + "runs.",
        subcommands: [
            JournalVerify.self, JournalExport.self, JournalHistory.self, JournalBackupCommand.self,
            JournalRestoreCommand.self, JournalSegments.self, JournalArchive.self, JournalPrune.self,
            JournalReindex.self, JournalAcceptLoss.self,
        ])
}

extension SQLiteEngine {
    /// The engine that keeps this home's journals.
    init(_ home: Home) { self.init(journals: home.journals, registry: home.registry) }
}

extension RelayFiles {
    init(_ home: Home) { self.init(journals: home.journals, registry: home.registry) }

    /// The journals that exist.
    /// - Throws: `BackupError.noJournals` if there is none.
    func madeJournals() throws -> [UInt8] {
        let numbers = try self.numbers
        guard !numbers.isEmpty else { throw BackupError.noJournals(folder: journals) }
        return numbers
    }
}

/// `baton journal verify`.
struct JournalVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that every batch of the log is as its router wrote it, and that the index leads to it.",
        discussion: """
            Prints each journal's head, `<journal>:<batch>:<hash>`. Anyone who can write the files can also write a \
            whole new chain: store heads where the relay's machine cannot write, and give them to --holds later. Exit \
            codes: 0 everything is as it was written; 1 damaged, and the first bad batch is named; 3 there is no journal, \
            this user or this version cannot read it, or a head that was given was pruned.
            """)

    @Option(help: "A head that was printed earlier and that the journal must still contain. May be repeated.")
    var holds: [NotedHead] = []

    @OptionGroup var format: OutputOption

    /// What was found in one journal, compared with one stored head.
    private struct Finding: Encodable {
        let journal: UInt8
        /// Nil: the journal is as it was written.
        var damage: String?
        var events: UInt64?
        var transactions: UInt64?
        var head: String?

        var text: String {
            guard let head else { return "journal \(journal): damaged: \(damage ?? "")" }
            return """
                journal \(journal): \(events ?? 0) events of \(transactions ?? 0) transactions are as they were written
                head \(head)
                """
        }
    }

    func run() throws {
        let home = try BatonConfiguration().home
        let engine = SQLiteEngine(home)
        let numbers = try made(engine, home)
        var findings = holds.filter { !numbers.contains($0.journal) }.map {
            Finding(journal: $0.journal, damage: "it is gone, but its head was given")
        }
        var isUnread = false
        for number in numbers {
            // Without a given head the journal is still verified once.
            let noted = holds.filter { $0.journal == number }.map(\.head)
            for head in noted.isEmpty ? [nil] : noted.map(Optional.some) {
                do {
                    findings.append(try verify(number, engine, holding: head))
                } catch {
                    printNotice("journal \(number): \(error)")
                    isUnread = true
                }
            }
        }
        try format.print(findings, text: findings.map(\.text).joined(separator: "\n"))
        if findings.contains(where: { $0.damage != nil }) { throw ExitCode(1) }
        if isUnread { throw ExitCode(3) }
    }

    /// The existing journals. If their folder cannot be listed, that is not known.
    private func made(_ engine: some JournalEngine, _ home: Home) throws -> [UInt8] {
        do {
            let numbers = try engine.journals()
            if !numbers.isEmpty || !holds.isEmpty { return numbers }
            printNotice("nothing here: " + BackupError.noJournals(folder: home.journals).line)
        } catch CocoaError.fileReadNoSuchFile {
            printNotice("nothing here: " + BackupError.noJournals(folder: home.journals).line)
        } catch {
            printNotice("\(home.journals): \(systemReason(error)); is BATON_HOME the relay's, and are you its user?")
        }
        throw ExitCode(3)
    }

    /// - Throws: `JournalError` if the journal cannot be read.
    private func verify(_ number: UInt8, _ engine: some JournalEngine, holding head: JournalHead?) throws -> Finding {
        do {
            return try audit(number, engine, holding: head)
        } catch let error as JournalError where error.isDamage {
            return Finding(journal: number, damage: "\(error)")
        }
    }

    private func audit(_ number: UInt8, _ engine: some JournalEngine, holding head: JournalHead?) throws -> Finding {
        let progress = ProgressLine()
        defer { progress.end() }
        let report = try engine.audit(number, holding: head) { done, all in
            progress.tell("journal \(number): batch \(done) of \(all), \(all == 0 ? 100 : done * 100 / all) %")
        }
        progress.end()
        if let fault = report.fault { return Finding(journal: number, damage: "\(fault)") }
        return Finding(
            journal: number, events: report.events, transactions: report.transactions,
            head: "\(NotedHead(journal: number, head: report.head))")
    }
}

/// A journal's number and head: `<journal>:<batch>:<hash>`.
struct NotedHead: ExpressibleByArgument, CustomStringConvertible {
    let journal: UInt8
    let head: JournalHead

    init(journal: UInt8, head: JournalHead) {
        self.journal = journal
        self.head = head
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let journal = UInt8(parts[0]), let head = JournalHead(String(parts[1])) else {
            return nil
        }
        self.init(journal: journal, head: head)
    }

    var description: String { "\(journal):\(head)" }
}

import DeviceProtocol
import Foundation
import GRDB
import RelayDomain
import Testing

@testable import DeviceLink

@Suite(.timeLimit(.minutes(1))) final class CommandJournalTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
    private var path: String { folder.appending(path: "commands.db").path }
    private let now = Instant(milliseconds: 1_796_000_000_000)
    private let sealed = SealedInformation([1, 2, 3])!
    private let euros = Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!))!

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What ``CommandJournal/write(_:openScans:at:)`` has returned from survives a power cut.
    @Test func eachWriteIsOnTheDiskBeforeItReturns() throws {
        let journal = try CommandJournal(path: path)
        let (mode, synchronous) = try journal.database.inDatabase { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(mode == "wal")
        #expect(synchronous == 2, "FULL (https://sqlite.org/pragma.html#pragma_synchronous)")
    }

    /// Misread, it would let a command that had begun run once more.
    @Test func aFileOfAnotherVersionIsRefusedAndLeftAsItIs() throws {
        do {
            let older = try DatabaseQueue(path: path)
            try older.write { database in
                try database.execute(sql: "CREATE TABLE command (id TEXT PRIMARY KEY, at INTEGER, word TEXT)")
            }
        }
        #expect(throws: CommandJournalError.otherVersion(path: path)) { try CommandJournal(path: path) }
        let columns = try DatabaseQueue(path: path).read { try $0.columns(in: "command").map(\.name) }
        #expect(columns == ["id", "at", "word"])
    }

    @Test func everyWordSurvivesARestart() throws {
        let words: [CommandReport] = [
            .met, .submitted(sealed, euros), .submitted(sealed, nil), .submitted(nil, euros),
            .entering(try #require(WindowOpening(window: "w-1", serial: "O-1"))), .sending, .ended(.uncertain, nil),
            .ended(.refused(try #require(ReasonCode("locate.noSuchWindow"))), nil),
            .ended(
                .entered(.declined(try #require(ReasonCode("no")))),
                Evidence(.receiptNumber(Evidence.Text("R-1")!), amount: .checked)),
            .ended(.entered(nil), nil),
        ]
        let records = words.enumerated().map { CommandRecord(command($0.offset), $0.element) }
        for record in records { try CommandJournal(path: path).write([record], at: now) }
        let journal = try CommandJournal(path: path)
        for record in records { #expect(try journal.record(of: record.command) == record) }
        #expect(try Set(journal.unfinished()) == Set(records))
    }

    @Test func theLastWordCounts() throws {
        let journal = try CommandJournal(path: path)
        try journal.write([CommandRecord(command(1), .met)], at: now)
        try journal.write([CommandRecord(command(1), .sending)], at: now)
        #expect(try journal.record(of: command(1))?.report == .sending)
        #expect(try journal.record(of: command(2)) == nil)
    }

    @Test func aSettledCommandIsRememberedWithoutItsSealedBytes() throws {
        let journal = try CommandJournal(path: path)
        try journal.write([CommandRecord(command(1), .submitted(sealed, euros)).finished], at: now)
        #expect(try journal.unfinished().isEmpty)
        #expect(try journal.record(of: command(1))?.report == .submitted(nil, euros))
    }

    @Test func settledCommandsAreForgottenAfterADay() throws {
        let journal = try CommandJournal(path: path)
        try journal.write([CommandRecord(command(1), .sending), CommandRecord(command(2), .met).finished], at: now)
        try journal.write([CommandRecord(command(3), .met)], at: now + .seconds(86_399))
        #expect(try journal.record(of: command(2)) != nil)
        try journal.write([CommandRecord(command(4), .met)], at: now + .seconds(86_401))
        #expect(try journal.record(of: command(2)) == nil)
        #expect(try journal.record(of: command(1)) != nil, "what is not settled stays")
    }

    @Test func theJournalStaysBounded() throws {
        let journal = try CommandJournal(path: path)
        let many = (0..<CommandJournal.recordsMax + 5).map { CommandRecord(command($0), .met, isFinished: $0 > 0) }
        try journal.write(many, at: now)
        #expect(try journal.record(of: command(0)) != nil, "not settled")
        let left = try many.filter { try journal.record(of: $0.command) != nil }.count
        #expect(left == CommandJournal.recordsMax)
    }

    @Test func openScansSurviveARestartUntilOthersTakeTheirPlace() throws {
        let stars = try #require(Amount(minorUnits: 100, unit: .points(ProgramID("stars")!)))
        let scans = [
            ScanRecord(try #require(SubmissionKeyText("s2")), amount: euros, at: now),
            ScanRecord(try #require(SubmissionKeyText("s1")), amount: stars, at: now, isAccepted: true),
            ScanRecord(try #require(SubmissionKeyText("s3")), amount: nil, at: now + .seconds(1), isUnwanted: true),
        ]
        try CommandJournal(path: path).write([], openScans: scans, at: now)
        try CommandJournal(path: path).write([CommandRecord(command(1), .met)], at: now)
        #expect(try CommandJournal(path: path).openScans() == scans)
        try CommandJournal(path: path).write([], openScans: [scans[1]], at: now)
        #expect(try CommandJournal(path: path).openScans() == [scans[1]])
        try CommandJournal(path: path).write([], openScans: [], at: now)
        #expect(try CommandJournal(path: path).openScans().isEmpty)
    }

    @Test func aFileThatCannotBeUsedIsNamed() {
        #expect(throws: CommandJournalError.self) { try CommandJournal(path: "/nowhere/commands.db") }
    }

    private func command(_ number: Int) -> CommandID {
        CommandID(TransactionID(high: 0x019A_0000_0000_7000, low: 0x8000_0000_0000_0000 | UInt64(number), journal: 0)!)
    }
}

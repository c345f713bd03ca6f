import DeviceProtocol
import GRDB
import RelayDomain

/// A device's memory of commands, so that a command runs once despite crashes; and of open scans, so that a terminal
/// can show the result of each after a restart.
///
/// One SQLite file of its own, `synchronous=FULL`: what ``write(_:at:)`` has written survives a power failure. Calls
/// wait for the disk, which is acceptable because a device does one command at a time.
public final class CommandJournal: Sendable {
    /// How long a finished command is remembered.
    public static let memory = Duration.seconds(24 * 60 * 60)
    /// The most commands that are remembered; beyond that the oldest finished ones are deleted first.
    public static let recordsMax = 10_000
    /// The most commands that are open after a restart; a device has one, and the relay concludes the others.
    public static let unfinishedMax = 64

    /// The shape of the tables. A file of another one is refused: what it says of started commands would be misread.
    private static let schema = 1

    let database: DatabaseQueue

    /// Opens the file, or makes it.
    /// - Throws: ``CommandJournalError/unusable(path:reason:)``, ``CommandJournalError/otherVersion(path:)``.
    public init(path: String) throws(CommandJournalError) {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try database.write { database in
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                let isNew = try !database.tableExists("command")
                guard isNew || found == Self.schema else { throw CommandJournalError.otherVersion(path: path) }
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS command (
                            id TEXT PRIMARY KEY, at INTEGER NOT NULL, finished INTEGER NOT NULL, report TEXT NOT NULL
                        ) WITHOUT ROWID;
                        CREATE INDEX IF NOT EXISTS command_by_age ON command (finished, at);
                        CREATE TABLE IF NOT EXISTS open_scan (
                            id TEXT PRIMARY KEY, at INTEGER NOT NULL, minor_units INTEGER, currency TEXT, program TEXT,
                            accepted INTEGER NOT NULL, unwanted INTEGER NOT NULL
                        );
                        PRAGMA user_version = \(Self.schema);
                        """)
            }
        } catch let error as CommandJournalError {
            throw error
        } catch {
            throw .unusable(path: path, reason: "\(error)")
        }
    }

    /// What is known of a command.
    public func record(of command: CommandID) throws(CommandJournalError) -> CommandRecord? {
        try perform { database in
            try Row.fetchOne(database, sql: "SELECT * FROM command WHERE id = ?", arguments: [command.text])
                .map(Self.record)
        }
    }

    /// The commands of which the outcome is not known, the newest first.
    public func unfinished() throws(CommandJournalError) -> [CommandRecord] {
        try perform { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM command WHERE finished = 0 ORDER BY at DESC LIMIT ?",
                arguments: [Self.unfinishedMax]
            ).map(Self.record)
        }
    }

    /// The scans of which the outcome is not known, the oldest first. The scanned text is never stored.
    public func openScans() throws(CommandJournalError) -> [ScanRecord] {
        try perform { database in
            try Row.fetchAll(database, sql: "SELECT * FROM open_scan ORDER BY rowid").map(Self.scanRecord)
        }
    }

    /// Stores the last report on some commands. When this returns, it is durable.
    /// - Parameter openScans: replaces what ``openScans()`` returns; nil leaves it unchanged.
    public func write(
        _ records: [CommandRecord], openScans: [ScanRecord]? = nil, at now: Instant
    ) throws(CommandJournalError) {
        guard !records.isEmpty || openScans != nil else { return }
        try perform { database in
            if let openScans {
                try database.execute(sql: "DELETE FROM open_scan")
                for scan in openScans { try Self.insert(scan, into: database) }
            }
            for record in records {
                try database.execute(
                    sql: """
                        INSERT INTO command (id, at, finished, report) VALUES (?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET finished = excluded.finished, report = excluded.report
                        """,
                    arguments: [
                        record.command.text, now.milliseconds, record.isFinished,
                        String(decoding: record.report.bytes, as: UTF8.self),
                    ])
            }
            try Self.prune(database, at: now)
        }
    }

    private static func prune(_ database: Database, at now: Instant) throws {
        try database.execute(
            sql: "DELETE FROM command WHERE finished = 1 AND at < ?",
            arguments: [now.milliseconds - memory.milliseconds])
        try database.execute(
            sql: """
                DELETE FROM command WHERE id IN (
                    SELECT id FROM command ORDER BY finished DESC, at LIMIT max((SELECT count(*) FROM command) - ?, 0))
                """,
            arguments: [recordsMax])
    }

    private static func insert(_ record: ScanRecord, into database: Database) throws {
        var (currency, program): (String?, String?)
        switch record.amount?.unit {
        case .currency(let code): currency = code.text
        case .points(let id): program = id.text
        case nil: break
        }
        try database.execute(
            sql: """
                INSERT INTO open_scan (id, at, minor_units, currency, program, accepted, unwanted)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                record.scan.text, record.at.milliseconds, record.amount?.minorUnits, currency, program,
                record.isAccepted, record.isUnwanted,
            ])
    }

    private static func scanRecord(_ row: Row) throws -> ScanRecord {
        let id: String = row["id"]
        guard let scan = SubmissionKeyText(id) else { throw CommandJournalError.failed(reason: "no scan ID: \(id)") }
        let (currency, program): (String?, String?) = (row["currency"], row["program"])
        let unit =
            currency.flatMap { CurrencyCode($0) }.map(Amount.Unit.currency)
            ?? program.flatMap { ProgramID($0) }.map(Amount.Unit.points)
        let minorUnits: Int64? = row["minor_units"]
        let amount = unit.flatMap { unit in minorUnits.flatMap { Amount(minorUnits: $0, unit: unit) } }
        return ScanRecord(
            scan, amount: amount, at: Instant(milliseconds: row["at"]), isAccepted: row["accepted"],
            isUnwanted: row["unwanted"])
    }

    /// An unreadable row must not count as an unknown command, which would then be carried out a second time.
    private static func record(_ row: Row) throws -> CommandRecord {
        let id: String = row["id"]
        let report: String = row["report"]
        guard let command = CommandID(id) else { throw CommandJournalError.failed(reason: "no command ID: \(id)") }
        return CommandRecord(command, try CommandReport(Array(report.utf8)), isFinished: row["finished"])
    }

    private func perform<Value: Sendable>(
        _ work: @Sendable (Database) throws -> Value
    ) throws(CommandJournalError) -> Value {
        do {
            return try database.write { try work($0) }
        } catch {
            throw .failed(reason: "\(error)")
        }
    }
}

/// Why a device cannot store its memory. It must not act then.
public enum CommandJournalError: Error, Hashable, Sendable {
    case unusable(path: String, reason: String)
    /// Another version of Baton wrote the file.
    case otherVersion(path: String)
    case failed(reason: String)
}

extension CommandJournalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unusable(let path, let reason):
            "cannot use \(path): \(reason); set BATON_HOME to a folder with free space"
        case .otherVersion(let path):
            "\(path) was written by another version of Baton: start that version until no command is open, "
                + "then move the file away"
        case .failed(let reason): "the command journal failed: \(reason); make room on the disk and start again"
        }
    }
}

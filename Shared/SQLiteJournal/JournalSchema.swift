import GRDB
import RelayDomain
import RelayJournal

/// The tables of a journal, version by version.
enum JournalSchema {
    static let steps: [@Sendable (Database) throws -> Void] = [
        { _ in },  // The version before relay time and wall time were two (ADR 9); its files are refused.
        { database in
            guard try !database.tableExists("event") else { throw JournalSchema.Unfit() }
            try database.execute(sql: first)
        },
        { _ in },  // Before approvals had words; its files are refused, as those of the next are.
        { database in
            // Before sealed bytes were in memory alone: such a file holds them, even in free pages.
            guard try Int.fetchOne(database, sql: "SELECT count(*) FROM event") == 0 else {
                throw JournalSchema.Unfit()
            }
            try database.execute(sql: opening)
        },
    ]

    /// A trial version wrote the file, and no later one can read it.
    struct Unfit: Error, CustomStringConvertible {
        var description: String { "a trial version of Baton wrote it; start with an empty BATON_HOME" }
    }

    /// By which a transaction without outcome recognises its repeats.
    private static let opening = """
        DROP TABLE IF EXISTS sealed_code;
        CREATE TABLE opening (
            transaction_id BLOB PRIMARY KEY NOT NULL,
            body_digest BLOB NOT NULL
        ) WITHOUT ROWID;
        """

    private static let first = """
        CREATE TABLE claim (term INTEGER NOT NULL, journals INTEGER NOT NULL);
        INSERT INTO claim VALUES (0, 0);

        CREATE TABLE event (
            seq INTEGER PRIMARY KEY,
            transaction_id BLOB,
            version INTEGER NOT NULL,
            at INTEGER NOT NULL,
            wall INTEGER NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            row_digest BLOB,
            hash BLOB NOT NULL
        );
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
        CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
        CREATE TABLE head (seq INTEGER NOT NULL, hash BLOB NOT NULL, elapsed INTEGER NOT NULL);
        INSERT INTO head VALUES (0, zeroblob(32), 0);

        CREATE TABLE "transaction" (
            id BLOB PRIMARY KEY NOT NULL,
            state TEXT NOT NULL,
            outcome TEXT,
            version INTEGER NOT NULL,
            body BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX transaction_without_outcome ON "transaction" (id) WHERE outcome IS NULL;
        CREATE INDEX transaction_reopened ON "transaction" (id) WHERE state = 'reopened';
        CREATE TRIGGER outcome_is_never_changed BEFORE UPDATE OF outcome ON "transaction"
        WHEN OLD.outcome IS NOT NULL AND NEW.outcome IS NOT OLD.outcome
        BEGIN SELECT RAISE(ABORT, 'an outcome never changes'); END;
        """

    /// How long keys and codes have been remembered so far.
    static func retention(_ database: Database, path: String) throws -> Retention {
        guard let elapsed = try Int64.fetchOne(database, sql: "SELECT elapsed FROM head"), elapsed >= 0 else {
            throw JournalError.damaged(path: path, what: "its head has no elapsed time")
        }
        return Retention(elapsed: .milliseconds(elapsed))
    }

    /// Raises the journal's term: an earlier writer has lost its claim.
    /// - Throws: ``JournalError/otherNumber(path:found:wanted:)``, ``JournalError/damaged(path:what:)``.
    static func claimTerm(_ database: Database, journals: Int, path: String) throws -> UInt64 {
        let found = try claim(database, path: path)
        guard found.journals == 0 || found.journals == journals else {
            throw JournalError.otherNumber(path: path, found: found.journals, wanted: journals)
        }
        let term = found.term + 1
        try database.execute(sql: "UPDATE claim SET term = ?, journals = ?", arguments: [term, journals])
        return UInt64(term)
    }

    /// Looks whether the journals of a folder, before another one is made beside them, are those of a relay of so many.
    /// - Throws: ``JournalError/otherNumber(path:found:wanted:)``; what a journal that cannot be read is refused with.
    static func check(journals: Int, in folder: String) throws {
        for number in RelayFiles.numbers(in: folder) {
            let path = "\(folder)/\(number).db"
            let queue = try JournalFile.openToRead(path)
            let found = try JournalFile.failing(path) {
                try queue.read { database -> Int in
                    // One that another router is about to make has no number yet.
                    guard try database.tableExists("claim") else { return 0 }
                    return try claim(database, path: path).journals
                }
            }
            guard found == 0 || found == journals else {
                throw JournalError.otherNumber(path: path, found: found, wanted: journals)
            }
        }
    }

    /// The term of the last claim, and how many journals the relay has; both 0 before the first.
    private static func claim(_ database: Database, path: String) throws -> (term: Int64, journals: Int) {
        guard let row = try Row.fetchOne(database, sql: "SELECT term, journals FROM claim"),
            let term = row.value(0, Int64.self), (0..<Int64.max).contains(term), let journals = row.value(1, Int.self)
        else { throw JournalError.damaged(path: path, what: "its table claim cannot be read") }
        return (term, journals)
    }

    /// The safety net beside the lock: a writer that finds another term than its own has lost the journal and writes no
    /// more.
    static func check(_ term: UInt64, _ database: Database, path: String) throws {
        let statement = try database.cachedStatement(sql: "SELECT term FROM claim")
        let found = try statement.first(database) { $0.integer(0) } ?? 0
        guard found >= 0 else { throw JournalError.damaged(path: path, what: "its term is \(found)") }
        guard found == Int64(term) else {
            throw JournalError.claimLost(path: path, term: term, found: UInt64(found))
        }
    }
}

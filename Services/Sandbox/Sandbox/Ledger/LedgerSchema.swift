import GRDB

/// The tables of the ledger's file.
enum LedgerSchema {
    static func migrate(_ database: DatabasePool) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: the ledger") { try $0.execute(sql: first) }
        migrator.registerMigration("2: the balance of points") { database in
            // For a while the first step made the column; those files have it.
            guard try !database.columns(in: "ledger_transaction").contains(where: { $0.name == "balance" }) else {
                return
            }
            try database.execute(sql: "ALTER TABLE ledger_transaction ADD COLUMN balance INTEGER")
        }
        try migrator.migrate(database)
    }

    /// `unit` is `EUR` for money and `.stars` for the points of a program (see ``UnitText``).
    static let first = """
        CREATE TABLE code (
            digest BLOB PRIMARY KEY, application TEXT, limit_minor_units INTEGER, limit_unit TEXT,
            expires_at INTEGER NOT NULL, used_by TEXT
        ) WITHOUT ROWID;

        CREATE TABLE account (
            member BLOB NOT NULL, program TEXT NOT NULL, tail TEXT NOT NULL, points INTEGER NOT NULL,
            PRIMARY KEY (member, program)
        ) WITHOUT ROWID;

        CREATE TABLE ledger_transaction (
            id TEXT PRIMARY KEY, reference INTEGER NOT NULL, since INTEGER NOT NULL, reversals INTEGER NOT NULL,
            standing TEXT NOT NULL, word TEXT, operation TEXT, code BLOB, member BLOB, program TEXT,
            minor_units INTEGER, unit TEXT, fault INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, at INTEGER NOT NULL,
            transaction_id TEXT NOT NULL, reference INTEGER NOT NULL, operation TEXT, who TEXT,
            minor_units INTEGER, unit TEXT
        );
        CREATE INDEX entry_by_transaction ON entry (transaction_id);
        CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
        CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

        CREATE TABLE total (
            unit TEXT PRIMARY KEY, bookings INTEGER NOT NULL, booked INTEGER NOT NULL,
            reversals INTEGER NOT NULL, reversed INTEGER NOT NULL
        ) WITHOUT ROWID;
        """
}

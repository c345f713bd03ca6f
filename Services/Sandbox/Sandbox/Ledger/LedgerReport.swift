import GRDB
import RelayDomain

/// Reports of the ledger: the witness and its totals. Read beside the writer, from the last commit.
extension LedgerStore {
    /// Up to `limit` entries after a sequence number, oldest first.
    func entries(
        of transaction: LedgerTransactionID?, after sequence: Int64, limit: Int
    ) async throws -> [(sequence: Int64, entry: LedgerEntry)] {
        try await database.read { rows in
            var sql = "SELECT * FROM entry WHERE sequence > ?"
            var arguments: StatementArguments = [sequence]
            if let transaction {
                sql += " AND transaction_id = ?"
                arguments += [transaction.text]
            }
            return try Row.fetchAll(rows, sql: sql + " ORDER BY sequence LIMIT ?", arguments: arguments + [limit])
                .map { row in (row["sequence"], try LedgerRows.entry(row)) }
        }
    }

    /// The totals of each unit, and how many transactions are in each state.
    func summary() async throws -> (totals: [(unit: Amount.Unit, total: Total)], standings: [String: Int]) {
        try await database.read { rows in
            let totals = try Row.fetchAll(rows, sql: "SELECT * FROM total ORDER BY unit").compactMap { row in
                UnitText.unit(row["unit"]).map { (unit: $0, total: LedgerRows.total(row)) }
            }
            let standings = try Row.fetchAll(
                rows, sql: "SELECT standing, count(*) AS number FROM ledger_transaction GROUP BY standing"
            ).map { ($0["standing"] as String, $0["number"] as Int) }
            return (totals, Dictionary(uniqueKeysWithValues: standings))
        }
    }

    func accounts(of member: KeyedDigest) async throws -> [(program: String, points: Int64)] {
        try await database.read { try LedgerRows.accounts(of: member, in: $0) }
    }
}

extension LedgerRows {
    static func entry(_ row: Row) throws -> LedgerEntry {
        guard let kind = LedgerEntry.Kind(rawValue: row["kind"]),
            let transaction = LedgerTransactionID(row["transaction_id"] as String),
            let reference = RetrievalReferenceNumber(number: UInt64(row["reference"] as Int64))
        else { throw SandboxError.ledgerUnusable("an entry in it is invalid") }
        return LedgerEntry(
            kind: kind, at: Instant(milliseconds: row["at"]), transaction: transaction, reference: reference,
            operation: (row["operation"] as String?).flatMap(Operation.init), who: row["who"],
            amount: try amount(row["minor_units"], row["unit"]))
    }
}

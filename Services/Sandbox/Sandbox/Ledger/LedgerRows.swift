import Foundation
import GRDB
import RelayDomain

/// Translates between the ledger's values and the rows of its file. An invalid row ends the reading.
enum LedgerRows {
    static func code(_ digest: KeyedDigest, in rows: Database) throws -> PaymentCode? {
        let find = try rows.cachedStatement(
            sql: "SELECT application, limit_minor_units, limit_unit, expires_at, used_by FROM code WHERE digest = ?")
        guard let row = try Row.fetchOne(find, arguments: [Data(digest.bytes)]) else { return nil }
        let terms = CodeTerms(
            application: (row["application"] as String?).flatMap(ApplicationID.init),
            limit: try amount(row["limit_minor_units"], row["limit_unit"]),
            expiresAt: Instant(milliseconds: row["expires_at"]))
        return PaymentCode(terms: terms, usedBy: (row["used_by"] as String?).flatMap(LedgerTransactionID.init))
    }

    /// Of an existing code only its use changes.
    static func write(_ code: PaymentCode, at digest: KeyedDigest, to rows: Database) throws {
        try rows.cachedStatement(
            sql: """
                INSERT INTO code (digest, application, limit_minor_units, limit_unit, expires_at, used_by)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (digest) DO UPDATE SET used_by = excluded.used_by WHERE used_by IS NULL
                """
        ).execute(arguments: [
            Data(digest.bytes), code.terms.application?.text, code.terms.limit?.minorUnits,
            code.terms.limit.map { UnitText.text($0.unit) }, code.terms.expiresAt.milliseconds, code.usedBy?.text,
        ])
    }

    static func account(_ key: AccountKey, in rows: Database) throws -> Account? {
        let find = try rows.cachedStatement(sql: "SELECT tail, points FROM account WHERE member = ? AND program = ?")
        return try Row.fetchOne(find, arguments: [Data(key.member.bytes), key.program.text])
            .map { Account(tail: $0["tail"], points: $0["points"]) }
    }

    static func accounts(of member: KeyedDigest, in rows: Database) throws -> [(program: String, points: Int64)] {
        try Row.fetchAll(
            rows, sql: "SELECT program, points FROM account WHERE member = ? ORDER BY program",
            arguments: [Data(member.bytes)]
        ).map { ($0["program"], $0["points"]) }
    }

    static func write(_ account: Account, at key: AccountKey, to rows: Database) throws {
        try rows.cachedStatement(
            sql: """
                INSERT INTO account (member, program, tail, points) VALUES (?, ?, ?, ?)
                ON CONFLICT (member, program) DO UPDATE SET points = excluded.points
                """
        ).execute(arguments: [Data(key.member.bytes), key.program.text, account.tail, account.points])
    }

    static func total(_ unit: Amount.Unit, in rows: Database) throws -> Total? {
        let find = try rows.cachedStatement(
            sql: "SELECT bookings, booked, reversals, reversed FROM total WHERE unit = ?")
        return try Row.fetchOne(find, arguments: [UnitText.text(unit)]).map(total)
    }

    static func total(_ row: Row) -> Total {
        Total(
            bookings: row["bookings"], booked: row["booked"], reversals: row["reversals"], reversed: row["reversed"])
    }

    static func write(_ total: Total, at unit: Amount.Unit, to rows: Database) throws {
        try rows.cachedStatement(
            sql: "INSERT OR REPLACE INTO total (unit, bookings, booked, reversals, reversed) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            UnitText.text(unit), total.bookings, total.booked, total.reversals, total.reversed,
        ])
    }

    static func append(_ entry: LedgerEntry, to rows: Database) throws {
        try rows.cachedStatement(
            sql: """
                INSERT INTO entry (kind, at, transaction_id, reference, operation, who, minor_units, unit)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            entry.kind.rawValue, entry.at.milliseconds, entry.transaction.text, Int64(entry.reference.number),
            entry.operation?.rawValue, entry.who, entry.amount?.minorUnits, entry.amount.map { UnitText.text($0.unit) },
        ])
    }

    static func amount(_ minorUnits: Int64?, _ unit: String?) throws -> Amount? {
        guard let minorUnits, let unit else { return nil }
        guard let unit = UnitText.unit(unit), let amount = Amount(minorUnits: minorUnits, unit: unit) else {
            throw SandboxError.ledgerUnusable("an amount in it is invalid")
        }
        return amount
    }
}

/// How a unit is written in a row: three capital letters for a currency; a dot and its ID for a program's points.
enum UnitText {
    static func text(_ unit: Amount.Unit) -> String {
        switch unit {
        case .currency(let code): code.text
        case .points(let program): "." + program.text
        }
    }

    static func unit(_ text: String) -> Amount.Unit? {
        text.hasPrefix(".")
            ? ProgramID(text.dropFirst()).map(Amount.Unit.points) : CurrencyCode(text).map(Amount.Unit.currency)
    }
}

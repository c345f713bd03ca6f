import Foundation
import GRDB
import RelayDomain

extension LedgerRows {
    static func transaction(_ id: LedgerTransactionID, in rows: Database) throws -> LedgerTransaction? {
        let find = try rows.cachedStatement(sql: "SELECT * FROM ledger_transaction WHERE id = ?")
        guard let row = try Row.fetchOne(find, arguments: [id.text]) else { return nil }
        guard let reference = RetrievalReferenceNumber(number: UInt64(row["reference"] as Int64)),
            let standing = standing(row["standing"], row["word"], balance: row["balance"])
        else { throw SandboxError.ledgerUnusable("transaction \(id) in it is invalid") }
        return LedgerTransaction(
            reference: reference, order: try order(id, reference, row), standing: standing,
            since: Instant(milliseconds: row["since"]), reversals: row["reversals"])
    }

    private static func order(
        _ id: LedgerTransactionID, _ reference: RetrievalReferenceNumber, _ row: Row
    ) throws -> AuthorizationOrder? {
        guard let amount = try amount(row["minor_units"], row["unit"]) else { return nil }
        guard let operation = (row["operation"] as String?).flatMap(Operation.init), let instrument = instrument(row)
        else { throw SandboxError.ledgerUnusable("the order of transaction \(id) in it is invalid") }
        return AuthorizationOrder(
            transaction: id, reference: reference, operation: operation, instrument: instrument, amount: amount,
            notAfter: nil, fault: (row["fault"] as Int?).flatMap(SandboxFault.init(ending:)))
    }

    private static func instrument(_ row: Row) -> Instrument? {
        if let code = row["code"] as Data? { return KeyedDigest(Array(code)).map(Instrument.code) }
        guard let member = (row["member"] as Data?).flatMap({ KeyedDigest(Array($0)) }),
            let program = (row["program"] as String?).flatMap(ProgramID.init)
        else { return nil }
        return .member(AccountKey(member: member, program: program))
    }

    /// Of an existing transaction only the state changes.
    static func write(_ transaction: LedgerTransaction, at id: LedgerTransactionID, to rows: Database) throws {
        let order = transaction.order
        var code: Data?
        var account: AccountKey?
        switch order?.instrument {
        case .code(let digest): code = Data(digest.bytes)
        case .member(let key): account = key
        case nil: break
        }
        let (standing, word) = columns(transaction.standing)
        var balance: Int64?
        if case .approved(let booking) = transaction.standing { balance = booking.balance }
        try rows.cachedStatement(
            sql: """
                INSERT INTO ledger_transaction (id, reference, since, reversals, standing, word, operation, code, member,
                    program, minor_units, unit, fault, balance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET standing = excluded.standing, word = excluded.word,
                    reversals = excluded.reversals, balance = excluded.balance
                """
        ).execute(arguments: [
            id.text, Int64(transaction.reference.number), transaction.since.milliseconds, transaction.reversals,
            standing, word, order?.operation.rawValue, code, account.map { Data($0.member.bytes) },
            account?.program.text, order?.amount.minorUnits, order.map { UnitText.text($0.amount.unit) },
            order?.fault?.ending, balance,
        ])
    }

    private static func columns(_ standing: LedgerTransaction.Standing) -> (standing: String, word: String?) {
        switch standing {
        case .approved(let booking): ("approved", booking.approvalCode)
        case .declined(let reason): ("declined", reason.rawValue)
        case .pendingCustomer: ("pendingCustomer", nil)
        case .unknown: ("unknown", nil)
        case .reversed: ("reversed", nil)
        case .killed: ("killed", nil)
        }
    }

    private static func standing(
        _ text: String, _ word: String?, balance: Int64?
    ) -> LedgerTransaction.Standing? {
        switch text {
        case "approved": word.map { .approved(LedgerTransaction.Booking(approvalCode: $0, balance: balance)) }
        case "declined": word.flatMap(DeclineReason.init).map { .declined($0) }
        case "pendingCustomer": .pendingCustomer
        case "unknown": .unknown
        case "reversed": .reversed
        case "killed": .killed
        default: nil
        }
    }
}

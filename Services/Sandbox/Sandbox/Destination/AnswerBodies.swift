import RelayDomain

/// The result of an authorization, as JSON.
struct FindingBody: Encodable {
    let transaction: String
    let answer: String
    var approval: ApprovalBody?
    var reason: String?
    /// The text for cashier and customer.
    var text: String?
    var repeated: Bool?

    init(_ finding: LedgerFinding, of transaction: LedgerTransactionID, repeated: Bool = false) {
        self.transaction = transaction.text
        self.repeated = repeated ? true : nil
        switch finding {
        case .approved(let said):
            answer = "approved"
            approval = ApprovalBody(said)
        case .declined(let why):
            answer = "declined"
            reason = why.rawValue
            text = why.text
        case .pendingCustomer: answer = "pendingCustomer"
        case .unknown: answer = "unknown"
        case .reversed: answer = "reversed"
        case .notFound: answer = "notFound"
        }
    }
}

/// The result of a reversal, as JSON.
struct ReversalAnswerBody: Encodable {
    let transaction: String
    let answer: String
    var reason: String?

    init(_ reversal: ReversalFinding, of transaction: LedgerTransactionID) {
        self.transaction = transaction.text
        switch reversal {
        case .confirmed: answer = "confirmed"
        case .refused(let why):
            answer = "refused"
            reason = why.rawValue
        case .unknown: answer = "unknown"
        }
    }
}

struct CodesAnswerBody: Encodable {
    let codes: [String]
    let expiresAt: Int64
}

/// One account of a member.
struct AccountBody: Encodable {
    let program: String
    let points: Int64
}

struct AccountsBody: Encodable {
    let accounts: [AccountBody]
}

/// A page of the ledger.
struct LedgerBody: Encodable {
    struct Entry: Encodable {
        let sequence: Int64
        let at: Int64
        let kind: String
        let transaction: String
        let reference: String
        let operation: String?
        let who: String?
        let amount: AmountBody?
    }

    let entries: [Entry]
    let next: Int64?

    init(_ page: [(sequence: Int64, entry: LedgerEntry)], isFull: Bool) {
        entries = page.map { sequence, entry in
            Entry(
                sequence: sequence, at: entry.at.milliseconds, kind: entry.kind.rawValue,
                transaction: entry.transaction.text, reference: entry.reference.text,
                operation: entry.operation?.rawValue, who: entry.who, amount: entry.amount.map(AmountBody.init))
        }
        next = isFull ? page.last?.sequence : nil
    }
}

/// The sums of the ledger.
struct SummaryBody: Encodable {
    struct Unit: Encodable {
        var currency: String?
        var program: String?
        let bookings: Int64
        let booked: Int64
        let reversals: Int64
        let reversed: Int64
        let net: Int64
    }

    let units: [Unit]
    let transactions: [String: Int]

    init(_ totals: [(unit: Amount.Unit, total: Total)], _ standings: [String: Int]) {
        units = totals.map { unit, total in
            var sums = Unit(
                bookings: total.bookings, booked: total.booked, reversals: total.reversals, reversed: total.reversed,
                net: total.booked - total.reversed)
            switch unit {
            case .currency(let code): sums.currency = code.text
            case .points(let program): sums.program = program.text
            }
            return sums
        }
        let none = ["approved", "declined", "pendingCustomer", "unknown", "reversed", "killed"].map { ($0, 0) }
        transactions = standings.merging(none) { counted, _ in counted }
    }
}

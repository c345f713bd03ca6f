import RelayDomain

/// One transaction in the ledger.
struct LedgerTransaction: Hashable, Sendable {
    let reference: RetrievalReferenceNumber
    /// The order; nil if the ID was blocked before one came.
    let order: AuthorizationOrder?
    var standing: Standing
    /// When its first request came.
    let since: Instant
    /// How many reversals came while it was booked.
    var reversals: Int = 0

    /// What is told of a booking, today and whenever it is asked for again.
    struct Booking: Hashable, Sendable {
        let approvalCode: String
        /// The member's points after it; nil for a payment.
        let balance: Int64?
    }

    enum Standing: Hashable, Sendable {
        /// Booked.
        case approved(Booking)
        case declined(DeclineReason)
        /// Not booked; the customer has to accept.
        case pendingCustomer
        /// Not booked, and the sandbox does not report it.
        case unknown
        /// Was booked, and reversed.
        case reversed
        /// Nothing is booked, and nothing ever will be.
        case killed
    }

    /// The answer to an inquiry.
    var finding: LedgerFinding {
        switch standing {
        case .approved(let booking): order?.fault?.effect == .unclosable ? .unknown : .approved(approval(booking))
        case .declined(let reason): .declined(reason)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversed, .killed: .reversed
        }
    }

    /// The answer to a repeated authorization.
    var decision: LedgerFinding {
        switch standing {
        case .approved(let booking): .approved(approval(booking))
        case .declined(let reason): .declined(reason)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversed, .killed: .declined(.killed)
        }
    }

    private func approval(_ booking: Booking) -> Approval {
        guard let order else { preconditionFailure("only an order can have been booked") }
        let code = booking.approvalCode
        var account: String?
        if case .code(let digest) = order.instrument { account = "•••• " + fourDigits(of: digest) }
        var program: String?
        if case .points(let id) = order.amount.unit { program = id.text }
        let brand = program ?? "Sandbox Pay"
        let facts = [
            brand, "\(order.operation.rawValue) \(order.amount)", account.map { "Account \($0)" },
            "Approval code \(code)", "Sandbox: nothing was paid",
        ]
        return Approval(
            approvalCode: code, providerReference: "SBX-\(reference)", amount: order.amount, brand: brand,
            maskedAccount: account,
            balance: booking.balance.flatMap { Amount(minorUnits: $0, unit: order.amount.unit) },
            pointsEarned: order.operation == .accrue ? order.amount : nil,
            receiptLines: facts.compactMap(\.self), displayLines: ["Approved \(code)", "Thank you"])
    }

    /// An account number's end, as the customer may know it; a code of the sandbox has no account.
    private func fourDigits(of digest: KeyedDigest) -> String {
        digest.bytes.prefix(4).map { String($0 % 10) }.joined()
    }
}

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

    enum Standing: Hashable, Sendable {
        /// Booked.
        case approved(authorizationCode: String)
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
        case .approved(let code): order?.fault?.effect == .unclosable ? .unknown : .approved(authorizationCode: code)
        case .declined(let reason): .declined(reason)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversed, .killed: .reversed
        }
    }

    /// The answer to a repeated authorization.
    var decision: LedgerFinding {
        switch standing {
        case .approved(let code): .approved(authorizationCode: code)
        case .declined(let reason): .declined(reason)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversed, .killed: .declined(.killed)
        }
    }
}

import RelayDomain

/// One transaction as the ledger knows it.
struct LedgerTransaction: Hashable, Sendable {
    let reference: RetrievalReferenceNumber
    /// What was asked; nil if the ID was killed before anything was.
    let order: AuthorizationOrder?
    var standing: Standing
    /// When it was first heard of.
    let since: Instant
    /// How many reversals came while it was booked.
    var reversals: Int = 0

    enum Standing: Hashable, Sendable {
        /// Booked.
        case approved(authorizationCode: String)
        case declined(DeclineReason)
        /// Not booked; the customer has to say yes.
        case pendingCustomer
        /// Not booked, and the sandbox won't say so.
        case unknown
        /// Was booked, and taken back.
        case reversed
        /// Nothing is booked, and nothing ever will be.
        case killed
    }

    /// What an inquiry is told.
    var finding: LedgerFinding {
        switch standing {
        case .approved(let code): order?.fault?.effect == .unclosable ? .unknown : .approved(authorizationCode: code)
        case .declined(let reason): .declined(reason)
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversed, .killed: .reversed
        }
    }

    /// What an authorization is told that comes again.
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

import RelayDomain

/// What the ledger says to one ``LedgerRequest``, once it is durable.
package enum LedgerAnswer: Equatable, Sendable {
    case codesIssued
    case account(Account, opened: Bool)
    /// - Parameter repeated: it was decided earlier.
    case decision(LedgerFinding, repeated: Bool)
    case finding(LedgerFinding)
    case reversal(ReversalFinding, Delivery)
    /// The transaction's ID was used for another request.
    case contradiction
}

/// The state of a transaction, as the sandbox reports it.
package enum LedgerFinding: Equatable, Sendable {
    case approved(Approval)
    case declined(DeclineReason)
    case pendingCustomer
    case unknown
    case reversed
    case notFound
}

package enum ReversalFinding: Equatable, Sendable {
    case confirmed
    case refused(RefusalOfReversal)
    case unknown
}

/// How an answer is delivered to the requester.
package enum Delivery: Equatable, Sendable {
    case atOnce
    case after(Duration)
    case never
    /// The same object on two lines.
    case twice
}

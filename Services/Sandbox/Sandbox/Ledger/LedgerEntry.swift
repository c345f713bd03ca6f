import RelayDomain

/// One line of the witness: what moved, or which ID was fenced off. Only ever added.
package struct LedgerEntry: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case booking, reversal, kill
    }

    package let kind: Kind
    let at: Instant
    package let transaction: LedgerTransactionID
    let reference: RetrievalReferenceNumber
    /// Nil for an ID that was killed before anything was asked.
    let operation: Operation?
    /// Masked: digits of a code's digest, or the end of a member's ID.
    let who: String?
    /// Nil for a kill: nothing moved.
    let amount: Amount?
}

/// What was moved so far in one unit.
struct Total: Hashable, Sendable {
    var bookings: Int64 = 0
    var booked: Int64 = 0
    var reversals: Int64 = 0
    var reversed: Int64 = 0
}

import RelayDomain

/// One line of the ledger's witness: a movement, or a blocked ID. Lines are only added.
package struct LedgerEntry: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case booking, reversal, kill
    }

    package let kind: Kind
    let at: Instant
    package let transaction: LedgerTransactionID
    let reference: RetrievalReferenceNumber
    /// Nil for an ID that was blocked before it was authorized.
    let operation: Operation?
    /// Masked: digits of a code's digest, or the end of a member's ID.
    let who: String?
    /// Nil for a blocked ID: nothing moved.
    let amount: Amount?
}

/// The total of all movements in one unit.
struct Total: Hashable, Sendable {
    var bookings: Int64 = 0
    var booked: Int64 = 0
    var reversals: Int64 = 0
    var reversed: Int64 = 0
}

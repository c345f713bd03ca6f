/// A finding: something that must not happen.
struct Finding: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An accepted transaction that the journal does not have, or an approval without a booking.
        case lost
        /// Booked more than once, or booked although the outcome says that it is not: the customer pays twice.
        case doubled
        /// A phone or device was told an outcome that is different now.
        case changed
        /// Neither final nor marked when all should be.
        case undecided
        /// Any other inconsistency.
        case strange
    }

    let kind: Kind
    /// The transaction's ID, in the relay or, for bookings without a transaction, in the ledger.
    let transaction: String
    let what: String
}

/// Something that must not be.
struct Finding: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable, CaseIterable {
        /// An accepted transaction that the journal does not have, or an approval without a booking.
        case lost
        /// Booked more than once, or booked although the outcome says that it is not: the customer pays twice.
        case doubled
        /// An outcome that somebody saw is another now.
        case changed
        /// Neither final nor marked when all should be.
        case undecided
        /// Anything else that does not fit together.
        case strange
    }

    let kind: Kind
    /// The transaction's ID, in the relay or, for bookings that nobody knows, in the ledger.
    let transaction: String
    let what: String
}

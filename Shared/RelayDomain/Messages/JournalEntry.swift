/// What one step made of one transaction: written whole, in one commit, before anything that follows from it leaves.
public struct JournalEntry: Hashable, Sendable {
    /// The transaction as it is now.
    public let transaction: Transaction
    /// What happened to it, in order; never empty.
    public let events: [Event]
    /// What is stored once, with the first event.
    public let opening: Opening?

    public init(transaction: Transaction, events: [Event], opening: Opening? = nil) {
        self.transaction = transaction
        self.events = events
        self.opening = opening
    }

    /// One line of the journal. It never holds information, sealed or open.
    public struct Event: Hashable, Sendable {
        /// Grows by one with each event of the journal.
        public let sequence: UInt64
        /// Relay time: it grows from event to event.
        public let at: Instant
        /// The wall clock's time, for people.
        public let wall: Instant
        public let kind: Kind
        /// What a reader of the journal wants to know beside the kind, such as the outcome and its reason.
        public let detail: String

        public init(sequence: UInt64, at: Instant, wall: Instant, kind: Kind, detail: String = "") {
            self.sequence = sequence
            self.at = at
            self.wall = wall
            self.kind = kind
            self.detail = detail
        }

        public enum Kind: String, Hashable, Sendable, CaseIterable {
            case accepted, deviceReceived, authorizing, pendingCustomer, unknown, cancelRequested, reversing
            /// The destination's word came when it could change nothing; the detail says what it was.
            case answered
            /// An approval came after the reversal: the destination is asked again.
            case reopened
            case concluded, marked
            /// What a POS agent saw when it sent; the detail says it.
            case evidence
            /// A person closed the marks; the detail says who, and why.
            case reconciled
        }
    }

    /// What makes a repeat known as one, and the sealed bytes, kept until the outcome.
    public struct Opening: Hashable, Sendable {
        public let body: KeyedDigest
        public let sealed: SealedInformation

        public init(body: KeyedDigest, sealed: SealedInformation) {
            self.body = body
            self.sealed = sealed
        }
    }
}

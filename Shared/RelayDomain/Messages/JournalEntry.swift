/// The result of one step for one transaction: written whole, in one commit, before any output that depends on it is
/// sent.
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

    /// One event of the journal. It never contains transaction information, sealed or in the clear.
    public struct Event: Hashable, Sendable {
        /// Grows by one with each event of the journal.
        public let sequence: UInt64
        /// Relay time: it grows from event to event.
        public let at: Instant
        /// The wall clock's time, for people.
        public let wall: Instant
        public let kind: Kind
        /// Details for a reader of the journal, such as the outcome and its reason.
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
            /// The destination's answer came when it could change nothing; the detail says what it was.
            case answered
            /// An approval came after the reversal: the relay inquires again.
            case reopened
            case concluded, marked
            /// A POS agent's evidence; the detail has it.
            case evidence
            /// A person closed the marks; the detail says who, and why.
            case reconciled
        }
    }

    /// The digest by which a repeat is recognised. The sealed bytes are in no journal: memory and the far ends hold
    /// them.
    public struct Opening: Hashable, Sendable {
        public let body: KeyedDigest

        public init(body: KeyedDigest) { self.body = body }
    }
}

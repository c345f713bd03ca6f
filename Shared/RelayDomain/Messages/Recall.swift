/// A lookup in the journal that a router's core needs before it processes inputs.
public enum JournalLookup: Hashable, Sendable {
    /// Whether this key was used, and for which transaction.
    case key(SubmissionKey)
    /// Whether this one-time code was used.
    case information(KeyedDigest)
    /// A transaction that is no longer in the core's memory.
    case transaction(TransactionID)
}

/// A journal's answers to ``JournalLookup``s. What is absent is not in the journal.
public struct Recall: Hashable, Sendable {
    /// The transaction that a key led to, as it is now, and the digest of the body that came with the key.
    public struct Known: Hashable, Sendable {
        public let transaction: Transaction
        public let body: KeyedDigest
        public init(transaction: Transaction, body: KeyedDigest) {
            self.transaction = transaction
            self.body = body
        }
    }

    public var keys: [SubmissionKey: Known]
    public var information: Set<KeyedDigest>
    public var transactions: [TransactionID: Transaction]
    /// Transactions of the past whose entries were archived and pruned: the journal knows of them, and no more.
    public var archived: Set<TransactionID>
    /// Entries that the journal cannot read, and why: whether they were seen before is not known.
    public var unreadable: [JournalLookup: String]

    public init(
        keys: [SubmissionKey: Known] = [:], information: Set<KeyedDigest> = [],
        transactions: [TransactionID: Transaction] = [:], archived: Set<TransactionID> = [],
        unreadable: [JournalLookup: String] = [:]
    ) {
        self.keys = keys
        self.information = information
        self.transactions = transactions
        self.archived = archived
        self.unreadable = unreadable
    }
}

/// A journal's contents when a router claims it.
public struct Recovered: Hashable, Sendable {
    /// A transaction without outcome, and the digest by which its repeats are recognised.
    public struct Unfinished: Hashable, Sendable {
        public let transaction: Transaction
        public let body: KeyedDigest
        public init(transaction: Transaction, body: KeyedDigest) {
            self.transaction = transaction
            self.body = body
        }
    }

    /// The journal's number, from 0.
    public let journal: UInt8
    /// How many journals there are.
    public let journals: Int
    /// This claim's term, higher than all before.
    public let term: UInt64
    /// The sequence of the last event; 0 if there is none.
    public let sequence: UInt64
    public let unfinished: [Unfinished]
    /// Transactions with an outcome about which the relay still inquires.
    public let reopened: [Transaction]
    /// When the last event was; nil before the first. Relay time continues from there.
    public let lastEventAt: ClockReading?
    /// Whether nothing has happened since the journal was restored from a backup: what is unfinished here may have been
    /// finished after the backup was taken.
    public let wasRestored: Bool

    public init(
        journal: UInt8, journals: Int, term: UInt64, sequence: UInt64, unfinished: [Unfinished],
        reopened: [Transaction] = [], lastEventAt: ClockReading? = nil, wasRestored: Bool = false
    ) {
        self.journal = journal
        self.journals = journals
        self.term = term
        self.sequence = sequence
        self.unfinished = unfinished
        self.reopened = reopened
        self.lastEventAt = lastEventAt
        self.wasRestored = wasRestored
    }
}

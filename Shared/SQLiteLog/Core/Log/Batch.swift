import RelayDomain

/// One commit of the log: what a row of `batch` holds (``Batch/bytes``).
package struct Batch: Sendable {
    enum Kind: UInt8, Sendable {
        /// The first batch of a segment.
        case opened = 1
        /// A router has claimed the journal: its term is higher than all before.
        case claimed = 2
        /// What a router decided.
        case entries = 3
        /// The last batch of a segment.
        case closed = 4
        /// The journal was restored from a backup: sequences and terms leave a gap here.
        case restored = 5
    }

    let kind: Kind
    /// What is so after this batch. A start reads the last batch alone, and knows all of it.
    package let standing: Standing
    /// A word for people; empty in most kinds.
    var note = ""
    package var entries: [EntryRecord] = []

    init(kind: Kind, standing: Standing, note: String = "", entries: [EntryRecord] = []) {
        (self.kind, self.standing, self.note, self.entries) = (kind, standing, note, entries)
    }

    /// The batch of a claim.
    package static func claim(_ standing: Standing) -> Batch { Batch(kind: .claimed, standing: standing) }
}

/// What is so after a batch.
package struct Standing: Hashable, Sendable {
    package var journal: UInt8
    /// How many journals the relay has.
    package var journals: UInt8
    /// The term of the last claim; 0 before the first.
    package var term: UInt64 = 0
    /// The relay time that passed while routers wrote the journal (``Retention``).
    package var elapsed = Duration.zero
    /// The last event's sequence; 0 before the first.
    package var sequence: UInt64 = 0
    /// When the last event was; nil before the first.
    package var at: ClockReading?
    /// Whether no router has decided anything since the journal was restored.
    var isRestored = false

    package init(journal: UInt8, journals: UInt8) { (self.journal, self.journals) = (journal, journals) }
}

/// One transaction's part of a batch.
package struct EntryRecord: Sendable {
    /// What makes repeats known.
    struct Mark: Hashable, Sendable {
        let fingerprint: Fingerprint
        /// The day after whose end it may be forgotten (``Retention``).
        let day: Int64
    }

    package let id: TransactionID
    /// The batch with the transaction's former entry; 0 if this is its first.
    let former: UInt64
    /// The batch with its first entry, which has the opening; 0 if this is its first.
    let first: UInt64
    /// The transaction's version after these events: how many it has had.
    let version: UInt64
    /// Whether a start has to go on with it: it has no outcome, or is still asked about.
    package let isOpen: Bool
    let hasOutcome: Bool
    /// The first entry alone has it: the key, and the digest of the body that came with it.
    let opening: (key: Mark, body: KeyedDigest)?
    /// The code that is used from here on; nil if none. Its fingerprint is the one of the state's digest.
    let used: Mark?
    let events: [JournalEntry.Event]
    /// The whole transaction after these events (``TransactionBytes``).
    let state: ArraySlice<UInt8>

    /// - Throws: ``ByteReader/Unreadable`` if the bytes are no transaction that this build knows.
    func transaction() throws(ByteReader.Unreadable) -> Transaction {
        try TransactionBytes.transaction(id, version: version, state)
    }
}

import RelayDomain

/// What a commit's end is told to.
public typealias CommitEnd = @Sendable (Result<Void, any Error>) -> Void

/// What a router needs from its journal, for any engine. A journal has exactly one writer.
///
/// `docs/adr/0004-the-journal.md` says why.
public protocol Journal: Actor {
    /// The journal's contents when it was claimed.
    nonisolated var recovered: Recovered { get }

    /// Why the claim built the tables for lookups anew, for the log; nil if it did not.
    nonisolated var indexRebuiltBecause: String? { get }

    /// Looks up past transactions, keys and codes, and returns at once. Sees all commits that were begun before.
    /// - Parameter answer: called once, with what was found or a ``JournalError``, on any thread; it must not wait.
    nonisolated func recall(
        _ lookups: [JournalLookup], _ answer: @escaping @Sendable (Result<Recall, any Error>) -> Void)

    /// Whether the journal may have an entry for the lookup. False is certain, and saves the lookup; true is not
    /// certain. Called before each turn, on the router's thread: it must not wait.
    nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool

    /// Whether there is room for new transactions: false if so many wait to be indexed that a lookup would have to be
    /// refused soon. Asked before each turn, on the router's thread: it must not wait.
    nonisolated var hasRoom: Bool { get }

    /// Begins to write all entries or none, after all earlier commits, and returns at once; commits that wait may be
    /// written together (``CommitQueue``). From now on ``recall(_:_:)`` and ``mayKnow(_:)``
    /// answer with what they hold.
    ///
    /// The claim is checked in the same write: a router that has lost it writes nothing. If a commit fails, all later
    /// ones fail, none of the outputs that depend on them may be sent, and the router ends.
    /// - Parameter end: called once, when the entries are durable, also in a power failure, or with a
    ///   ``JournalError``. Commits end in the order in which they were begun. Called on any thread; it must not wait.
    nonisolated func begin(_ entries: [JournalEntry], _ end: @escaping CommitEnd)

    /// Returns if no other router has claimed the journal since. A writer that commits learns it from its commit; an
    /// idle one calls this.
    /// - Throws: ``JournalError/claimLost(path:term:found:)``.
    func checkClaim() throws

    /// The journal's size now.
    func footprint() -> JournalFootprint
}

extension Journal {
    /// An engine that has no such tables.
    public nonisolated var indexRebuiltBecause: String? { nil }

    /// Looks up past transactions, keys and codes. Sees all commits that were begun before.
    /// - Throws: ``JournalError``.
    public nonisolated func recall(_ lookups: [JournalLookup]) async throws -> Recall {
        try await withCheckedThrowingContinuation { waiter in recall(lookups) { waiter.resume(with: $0) } }
    }

    /// Writes all entries or none, and returns when they are durable.
    /// - Throws: ``JournalError``.
    public nonisolated func commit(_ entries: [JournalEntry]) async throws {
        try await withCheckedThrowingContinuation { waiter in begin(entries) { waiter.resume(with: $0) } }
    }
}

/// A journal's size.
public struct JournalFootprint: Hashable, Sendable {
    /// Bytes by part of the journal, such as `journal` and `wal`.
    public let bytes: [String: Int64]
    /// How many durable events the tables for lookups do not contain yet. A start reads them first.
    public let unindexedEvents: UInt64
    /// Why those tables do not follow the journal; nil if they do.
    public let indexTrouble: String?

    public init(bytes: [String: Int64], unindexedEvents: UInt64, indexTrouble: String? = nil) {
        self.bytes = bytes
        self.unindexedEvents = unindexedEvents
        self.indexTrouble = indexTrouble
    }
}

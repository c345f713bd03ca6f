import RelayDomain

/// What a router needs from its journal, for any engine. A journal has exactly one writer.
///
/// `docs/adr/0004-the-journal.md` says why.
public protocol Journal: Actor {
    /// The journal's contents when it was claimed.
    nonisolated var recovered: Recovered { get }

    /// Looks up past transactions, keys and codes. Sees all earlier commits.
    /// - Throws: ``JournalError``.
    func recall(_ lookups: [JournalLookup]) throws -> Recall

    /// Whether the journal may have an entry for the lookup. False is certain, and saves the lookup; true is not
    /// certain. Called before each turn, on the router's thread: it must not wait.
    nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool

    /// Whether there is room for new transactions: false if so many wait to be indexed that a lookup would have to be
    /// refused soon. Asked before each turn, on the router's thread: it must not wait.
    nonisolated var hasRoom: Bool { get }

    /// Begins to write all entries or none, after all earlier commits, and returns at once. The commit ends when they
    /// are durable, also in a power failure. The claim is checked in the same transaction: a router that has lost it
    /// writes nothing.
    ///
    /// It fails with a ``JournalError``; then none of the outputs that depend on the entries may be sent, and the
    /// router ends.
    nonisolated func begin(_ entries: [JournalEntry]) -> Commit

    /// Returns if no other router has claimed the journal since. A writer that commits learns it from its commit; an
    /// idle one calls this.
    /// - Throws: ``JournalError/claimLost(path:term:found:)``.
    func checkClaim() throws

    /// The journal's size now.
    func footprint() -> JournalFootprint
}

extension Journal {
    /// Writes all entries or none, and returns when they are durable.
    /// - Throws: ``JournalError``.
    public nonisolated func commit(_ entries: [JournalEntry]) async throws { try await begin(entries).end() }
}

/// A journal's size.
public struct JournalFootprint: Hashable, Sendable {
    /// Bytes by part of the journal, such as `journal` and `wal`.
    public let bytes: [String: Int64]
    /// How many durable events the tables for lookups do not contain yet. A start reads them first.
    public let unindexedEvents: UInt64

    public init(bytes: [String: Int64], unindexedEvents: UInt64) {
        self.bytes = bytes
        self.unindexedEvents = unindexedEvents
    }
}

import RelayDomain

/// What a router needs of its journal, whatever engine keeps it. A journal has exactly one writer.
///
/// `docs/adr/0004-the-journal.md` tells why.
public protocol Journal: Actor {
    /// What the journal held when it was claimed.
    nonisolated var recovered: Recovered { get }

    /// Looks the past up. Sees all that was committed before.
    /// - Throws: ``JournalError``.
    func recall(_ lookups: [JournalLookup]) throws -> Recall

    /// Whether the journal may know what is looked up. False is certain, and spares the lookup; true is not.
    /// Called before each turn, on the router's thread: it waits for nothing.
    nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool

    /// Begins to write all entries or none, behind all that was begun before, and returns at once. The commit ends when
    /// they are durable: power may fail afterwards. The claim is checked in the same transaction: who has lost it
    /// writes nothing.
    ///
    /// It fails with a ``JournalError``; then nothing of what follows from the entries may leave, and the router ends.
    nonisolated func begin(_ entries: [JournalEntry]) -> Commit

    /// Returns if nobody has claimed the journal since. A writer that commits learns it from its commit; an idle one
    /// asks.
    /// - Throws: ``JournalError/claimLost(path:term:found:)``.
    func checkClaim() throws

    /// What the journal takes up at this moment.
    func footprint() -> JournalFootprint
}

extension Journal {
    /// Writes all entries or none, and returns when they are durable.
    /// - Throws: ``JournalError``.
    public nonisolated func commit(_ entries: [JournalEntry]) async throws { try await begin(entries).end() }
}

/// What a journal takes up.
public struct JournalFootprint: Hashable, Sendable {
    /// By the part of the journal, such as `journal` and `wal`.
    public let bytes: [String: Int64]
    /// How many events are durable that the tables for lookups do not hold yet. A start reads them first.
    public let unindexedEvents: UInt64

    public init(bytes: [String: Int64], unindexedEvents: UInt64) {
        self.bytes = bytes
        self.unindexedEvents = unindexedEvents
    }
}

import RelayDomain

/// What a router needs of its journal, whatever engine keeps it. A journal has exactly one writer.
///
/// `docs/adr/0004-the-journal.md` tells why.
public protocol Journal: Actor {
    /// What the journal held when it was claimed.
    nonisolated var recovered: Recovered { get }

    /// Looks the past up. Sees all that was committed before.
    /// - Throws: ``JournalError``.
    func recall(_ questions: [JournalLookup]) throws -> Recall

    /// Writes all entries or none, and returns when they are durable: power may fail afterwards. The claim is checked in
    /// the same transaction: who has lost it writes nothing.
    /// - Throws: ``JournalError``; then nothing of what follows from the entries may leave, and the router ends.
    func commit(_ entries: [JournalEntry]) throws

    /// Returns if no other writer has claimed the journal since. ``commit(_:)`` tells a writer too; an idle one asks.
    /// - Throws: ``JournalError/claimLost(path:term:found:)``.
    func checkClaim() throws
}

/// Where the registry is kept: one database beside the journals. Journal 0's router alone writes it, all read it.
public protocol RegistryStore: Actor {
    /// The registry, if its version is higher than the one that is known already.
    /// - Throws: ``JournalError``.
    func load(unless known: UInt64) throws -> Registry?

    /// Replaces the registry and returns when that, and who did it, is durable.
    /// - Throws: ``JournalError``.
    func write(_ registry: Registry, by change: ShopChange) throws

    /// Who wrote which version, the newest first, at most `ShopVersion.toldMax`.
    /// - Throws: ``JournalError``.
    func history() throws -> [ShopVersion]

    /// The shop of an earlier version; nil if there was none.
    /// - Throws: ``JournalError``.
    func shop(ofVersion version: UInt64) throws -> Shop?
}

/// Why a journal or the registry cannot be used.
public enum JournalError: Error, Equatable, CustomStringConvertible {
    /// A newer Baton wrote it; this one must not touch it.
    case newerVersion(path: String, found: Int, known: Int)
    /// It was made for another number of journals, which is fixed for good.
    case otherNumber(path: String, found: Int, wanted: Int)
    /// Another router has claimed it since, in a higher term: its lock was removed under a living writer. Nothing of the
    /// commit was written.
    case claimLost(path: String, term: UInt64, found: UInt64)
    /// A stored row cannot be what it should be.
    case damaged(path: String, what: String)
    /// The engine or the disk refused.
    case failed(path: String, reason: String)

    /// Whether the file is not what it was when it was written; else it cannot be used here, for another reason.
    public var isDamage: Bool {
        if case .damaged = self { true } else { false }
    }

    public var description: String {
        switch self {
        case .newerVersion(let path, let found, let known):
            "\(path) was written by a newer Baton (schema \(found), this one knows up to \(known)); start that version"
        case .otherNumber(let path, let found, let wanted):
            "\(path) belongs to a relay of \(found) journals, not \(wanted); BATON_JOURNALS is fixed once journals exist"
        case .claimLost(let path, let term, let found):
            "\(path) is written by another router (term \(found), this one's was \(term)), so nothing more was; "
                + "never remove a .lock file while routers run"
        case .damaged(let path, let what): "\(path) is damaged: \(what); restore it from a backup"
        case .failed(let path, let reason): "\(path) cannot be used: \(reason)"
        }
    }
}

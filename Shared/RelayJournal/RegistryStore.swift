import RelayDomain

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

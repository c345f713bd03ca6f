/// Who replaces the registry, and what the new one was compared with.
public struct ShopChange: Hashable, Sendable {
    /// The registry's version that the change was compared with: where another is in force, it is refused.
    public let basedOn: UInt64
    /// Who, for the record: 1 to 64 Unicode scalars on one line.
    public let name: String
    /// What for: at most 400 Unicode scalars on one line, or none.
    public let note: String

    /// - Returns: nil if a text is out of bounds.
    public init?(basedOn: UInt64, name: String, note: String = "") {
        guard name.isPlain(1...64), note.isPlain(0...400) else { return nil }
        self.basedOn = basedOn
        self.name = name
        self.note = note
    }
}

/// One version of the registry, as its history tells of it.
public struct ShopVersion: Hashable, Sendable {
    /// Grows by one with each change.
    public let version: UInt64
    /// When it was written, by the wall clock.
    public let at: Instant
    /// Who applied it; empty where the Baton that wrote it did not ask.
    public let name: String
    /// Why it was applied; empty if no reason was given.
    public let note: String

    /// How many versions, counted from the newest, a history tells.
    public static let toldMax = 1_000

    public init(version: UInt64, at: Instant, name: String, note: String) {
        self.version = version
        self.at = at
        self.name = name
        self.note = note
    }
}

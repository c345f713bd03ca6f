import RelayDomain

/// For how long a journal remembers used keys and codes: by the relay time that passed while routers wrote it, never by
/// date. A wall clock that is set wrong makes it forget nothing (ADR 9).
///
/// What is remembered stands in tables, one a day: a table goes as a whole once its day is over. Days are counted by
/// ``elapsed``, so they have no dates.
public struct Retention: Hashable, Sendable {
    /// How long a key, and a code, is remembered at least.
    public static let kept = Duration.seconds(86_400)
    /// A code that lives longer is remembered as long as it lives, at most for this long.
    public static let keptMax = Duration.seconds(40 * 86_400)

    /// The relay time that passed while routers wrote the journal.
    public private(set) var elapsed: Duration
    /// The latest commit of this writer.
    private var last: Instant?

    /// - Parameter elapsed: what the writer before has left behind.
    public init(elapsed: Duration = .zero) { self.elapsed = elapsed }

    /// A commit at this relay time; entries that are written together come in any order, and no time counts twice. The
    /// time between two writers does not count, because its length is not known.
    public mutating func advance(to now: Instant) {
        if let last, now > last { elapsed += now - last }
        last = max(last ?? now, now)
    }

    /// The tables of days before this one may go.
    public var today: Int64 { Self.day(elapsed) }

    /// The day whose table a key goes into.
    public var keyDay: Int64 { Self.day(elapsed + Self.kept) }

    /// The day whose table a code goes into.
    /// - Parameter rest: how long the code still lives; nil if its application named no end.
    public func codeDay(_ rest: Duration?) -> Int64 {
        Self.day(elapsed + min(max(Self.kept, rest ?? .zero), Self.keptMax))
    }

    private static func day(_ elapsed: Duration) -> Int64 { elapsed.milliseconds / 86_400_000 }
}

extension JournalEntry {
    /// The relay time at which it was made.
    public var madeAt: Instant? { events.last?.at }

    /// The code that works no more from this entry on, and for how long it would have lived; nil if none.
    public var usedInformation: (digest: KeyedDigest, rest: Duration?)? {
        guard transaction.informationIsUsed, let madeAt else { return nil }
        return (transaction.digest, transaction.codeExpiresAt.map { $0 - madeAt })
    }
}

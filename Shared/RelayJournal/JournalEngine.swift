import RelayDomain

/// Keeps a relay's journals and its registry. A router's executable chooses one; the router knows no engine by name.
public protocol JournalEngine: Sendable {
    associatedtype ClaimedJournal: Journal
    associatedtype Registry: RegistryStore

    /// Claims the first journal that nobody writes. Not for a thread that serves others: a long journal takes its time.
    /// - Parameter journals: how many there are, 1 to 100; fixed once the first was made.
    /// - Returns: nil if all are claimed by living processes: the caller stands by, and tries again.
    /// - Throws: ``JournalError``.
    func claim(journals: Int) throws -> ClaimedJournal?

    /// Opens the registry, and makes it if it is absent.
    /// - Throws: ``JournalError``.
    func registry() throws -> Registry

    /// The journals that were made so far, ascending.
    /// - Throws: why they cannot be listed.
    func journals() throws -> [UInt8]

    /// Reads a journal from its first event to its head and looks whether all is as its router wrote it. Works beside
    /// the router.
    /// - Parameters:
    ///   - noted: a head that an earlier report gave; the journal must still hold it.
    ///   - progress: told the last sequence read, and the head's.
    /// - Throws: ``JournalError`` if it cannot be read; what `progress` throws.
    func audit(
        _ journal: UInt8, holding noted: JournalHead?, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> AuditReport

    /// Copies all journals and the registry to one new file, while routers write.
    /// - Parameters:
    ///   - now: what the wall clock says.
    ///   - progress: told what is done, the parts of it done so far, and all parts.
    /// - Throws: ``JournalError``, or an error of the engine that says what to do.
    func backup(
        to file: String, now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> BackupSummary

    /// When the last backup was finished; nil if none is known of.
    var lastBackupAt: Instant? { get }
}

/// What a backup holds.
public struct BackupSummary: Hashable, Sendable {
    public let journals: Int
    public let bytes: UInt64

    public init(journals: Int, bytes: UInt64) {
        self.journals = journals
        self.bytes = bytes
    }
}

/// What an audit read, and the first fault; then the rest was not read.
public struct AuditReport: Hashable, Sendable {
    public var events: UInt64
    public var transactions: UInt64
    /// The last event's sequence and hash: who notes them elsewhere can tell later that the chain still holds them.
    public var head: JournalHead
    public var fault: JournalFault?

    public init(events: UInt64 = 0, transactions: UInt64 = 0, head: JournalHead, fault: JournalFault? = nil) {
        self.events = events
        self.transactions = transactions
        self.head = head
        self.fault = fault
    }
}

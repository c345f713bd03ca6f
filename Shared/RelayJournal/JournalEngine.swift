import RelayDomain

/// Stores a relay's journals and its registry. A router's executable chooses one; the router depends on no particular
/// engine.
public protocol JournalEngine: Sendable {
    associatedtype ClaimedJournal: Journal
    associatedtype Registry: RegistryStore

    /// What it is, with its version: for the log of a router.
    var name: String { get }

    /// Claims the first journal without a writer. Do not call it on an event loop or reactor: a large journal takes
    /// long.
    /// - Parameter journals: how many there are, 1 to 100; fixed once the first was made.
    /// - Returns: nil if all are claimed by living processes: the caller is a standby, and tries again.
    /// - Throws: ``JournalError``.
    func claim(journals: Int) throws -> ClaimedJournal?

    /// Opens the registry, and makes it if it is absent.
    /// - Throws: ``JournalError``.
    func registry() throws -> Registry

    /// The existing journals, ascending.
    /// - Throws: why they cannot be listed.
    func journals() throws -> [UInt8]

    /// Reads a journal from its first batch to its head and checks that all is as its router wrote it. Works while the
    /// router runs.
    /// - Parameters:
    ///   - noted: a head from an earlier report, which the journal must still contain.
    ///   - progress: called with the last batch read, and the head's.
    /// - Throws: ``JournalError`` if it cannot be read; what `progress` throws.
    func audit(
        _ journal: UInt8, holding noted: JournalHead?, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> AuditReport

    /// Copies all journals and the registry to one new file, while routers write.
    /// - Parameters:
    ///   - now: the wall clock's time.
    ///   - progress: called with the present step, its finished parts, and all its parts.
    /// - Throws: ``JournalError``, or an error of the engine that says what to do.
    func backup(
        to file: String, now: Instant, _ progress: (String, UInt64, UInt64) throws -> Void
    ) throws -> BackupSummary

    /// When the last backup was finished; nil if there was none in this home.
    var lastBackupAt: Instant? { get }
}

/// The contents of a backup.
public struct BackupSummary: Hashable, Sendable {
    /// How many journals it contains.
    public let journals: Int
    /// The file's size.
    public let bytes: UInt64

    public init(journals: Int, bytes: UInt64) {
        self.journals = journals
        self.bytes = bytes
    }
}

/// What an audit read, and the first fault, after which it stopped.
public struct AuditReport: Hashable, Sendable {
    /// How many events were read.
    public var events: UInt64
    /// How many transactions were read.
    public var transactions: UInt64
    /// The last batch's number and hash: stored elsewhere, they show later whether the chain still contains them.
    public var head: JournalHead
    /// The first fault; nil if the journal is as it was written.
    public var fault: JournalFault?

    public init(events: UInt64 = 0, transactions: UInt64 = 0, head: JournalHead, fault: JournalFault? = nil) {
        self.events = events
        self.transactions = transactions
        self.head = head
        self.fault = fault
    }
}

import RelayDomain

/// The first fault in a journal: something that is not as its router wrote it.
public struct JournalFault: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of contradictions between events, the head and transactions' rows.
    public enum What: Hashable, Sendable {
        /// The row with the last event's sequence and hash is missing, or cannot be read.
        case noHead
        /// The hash does not match the row and the previous hash.
        case changed
        /// The event that belongs here is gone; this is the sequence that was found instead.
        case missing(found: UInt64)
        /// The head names a later event than this one, which is the last that exists.
        case tailMissing(last: UInt64)
        /// The event is after the head.
        case beyondHead(head: UInt64)
        /// The head has this event's sequence but another hash.
        case headChanged
        /// The event's transaction has no row.
        case rowMissing(TransactionID?)
        /// The row of the event's transaction is not what it was when the event was committed.
        case rowChanged(TransactionID?)
        /// The row of the event's transaction is older than the event.
        case rowTakenBack(TransactionID?, version: UInt64)
        /// The segment of this batch does not follow the one before it.
        case notFollowing
        /// The batch's sequences, term or time do not go on from the batch before.
        case notGoingOn
        /// The batch's entry for this transaction does not go on from the transaction's former one.
        case entryNotGoingOn(TransactionID)
        /// The batch gives this transaction a second outcome.
        case secondOutcome(TransactionID)
        /// The index does not lead to this transaction's entry in the batch, or leads to an older one.
        case notIndexed(TransactionID)
        /// The index names more transactions than the log has, or does not fit the log at all.
        case indexOfAnotherLog
        /// The event is not the one that follows the transaction's former one.
        case rowWithoutEvents(TransactionID?, version: UInt64, events: UInt64)
    }

    /// The first bad event; nil if the fault is not about an event.
    public let sequence: UInt64?
    /// What is wrong.
    public let what: What

    public init(_ what: What, at sequence: UInt64? = nil) {
        self.what = what
        self.sequence = sequence
    }

    /// The same as an error.
    public func error(path: String) -> JournalError { .damaged(path: path, what: description) }

    public var description: String {
        let event = sequence.map { "event \($0)" } ?? "the journal"
        let batch = sequence.map { "batch \($0)" } ?? "the log"
        func name(_ id: TransactionID?) -> String {
            id.map { "transaction \($0)" } ?? "a transaction without a valid ID"
        }
        return switch what {
        case .noHead: "its head is missing or cannot be read"
        case .changed: "\(event) was changed, moved or inserted: its hash does not fit it and the event before it"
        case .missing(let found): "\(event) is missing; event \(found) stands in its place"
        case .tailMissing(let last): "\(event) and all up to the head are missing; the last event is \(last)"
        case .beyondHead(let head): "\(event) was inserted: the journal ends at event \(head)"
        case .headChanged: "\(event) is the last one, but the head's hash is not its hash"
        case .notFollowing: "the segment that begins with \(batch) does not follow the one before it"
        case .notGoingOn: "\(batch) does not go on from the batch before it"
        case .entryNotGoingOn(let id): "\(batch) does not go on from the former entry of transaction \(id)"
        case .secondOutcome(let id): "\(batch) gives transaction \(id) a second outcome"
        case .notIndexed(let id):
            "the index does not lead to transaction \(id) in \(batch); run `baton journal reindex`"
        case .indexOfAnotherLog: "the index is not this log's; run `baton journal reindex`"
        case .rowMissing(let id): "\(event) belongs to \(name(id)), whose row is missing"
        case .rowChanged(let id): "\(event) left \(name(id)) with another row than it has now"
        case .rowTakenBack(let id, let version):
            "\(event) is newer than the row of its \(name(id)), which was taken back to version \(version)"
        case .rowWithoutEvents(let id, let version, let events):
            "\(name(id)) has a row of version \(version), but \(events) events"
        }
    }
}

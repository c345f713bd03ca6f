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
        case .rowMissing(let id): "\(event) belongs to \(name(id)), whose row is missing"
        case .rowChanged(let id): "\(event) left \(name(id)) with another row than it has now"
        case .rowTakenBack(let id, let version):
            "\(event) is newer than the row of its \(name(id)), which was taken back to version \(version)"
        case .rowWithoutEvents(let id, let version, let events):
            "\(name(id)) has a row of version \(version), but \(events) events"
        }
    }
}

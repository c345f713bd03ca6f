import RelayDomain

/// The first fault in a journal: something that is not as its router wrote it.
public struct JournalFault: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of contradictions in a log, and between it and its index.
    public enum What: Hashable, Sendable {
        /// The hash does not match the batch and the previous hash.
        case changed
        /// The batch that belongs here is gone; this is the number that was found instead.
        case missing(found: UInt64)
        /// A head that was noted is behind this batch, which is the last that exists.
        case tailMissing(last: UInt64)
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
        /// The index has seen this batch, and the log ends before it.
        case endLost(last: UInt64)
        /// The index has seen another batch of this number.
        case endReplaced
        /// This is the log's last batch, of term `last`, and its index was claimed by a router of a later one.
        case termsLost(found: UInt64, last: UInt64)
        /// The index names more transactions than the log has, or does not fit the log at all.
        case indexOfAnotherLog
    }

    /// The first bad batch; nil if the fault is not about one.
    public let batch: UInt64?
    /// What is wrong.
    public let what: What

    public init(_ what: What, at batch: UInt64? = nil) {
        self.what = what
        self.batch = batch
    }

    /// The same as an error.
    public func error(path: String) -> JournalError {
        switch what {
        case .endLost, .endReplaced, .termsLost: .endLost(path: path, self)
        case .changed, .missing, .tailMissing, .notFollowing, .notGoingOn, .entryNotGoingOn, .secondOutcome,
            .notIndexed, .indexOfAnotherLog:
            .damaged(path: path, what: description)
        }
    }

    private static let lost =
        "committed batches are gone. Look for the newest log-*.db and its -wal, or restore a backup; without either, "
        + "`baton journal accept-loss` goes on without them"

    public var description: String {
        let batch = batch.map { "batch \($0)" } ?? "the log"
        return switch what {
        case .changed: "\(batch) was changed, moved or inserted: its hash does not fit it and the batch before it"
        case .missing(let found): "\(batch) is missing; batch \(found) stands in its place"
        case .tailMissing(let last): "\(batch), which was noted, is missing; the last batch is \(last)"
        case .notFollowing: "the segment that begins with \(batch) does not follow the one before it"
        case .notGoingOn: "\(batch) does not go on from the batch before it"
        case .entryNotGoingOn(let id): "\(batch) does not go on from the former entry of transaction \(id)"
        case .secondOutcome(let id): "\(batch) gives transaction \(id) a second outcome"
        case .notIndexed(let id):
            "the index does not lead to transaction \(id) in \(batch); run `baton journal reindex`"
        case .endLost(let last):
            "the log ends with batch \(last), and its index has seen \(batch): \(Self.lost)"
        case .endReplaced:
            "\(batch) is not the one that the index has seen: \(Self.lost)"
        case .termsLost(let found, let last):
            "the log ends with \(batch) in term \(last), and its index was claimed in term \(found): \(Self.lost)"
        case .indexOfAnotherLog: "the index is not this log's; run `baton journal reindex`"
        }
    }
}

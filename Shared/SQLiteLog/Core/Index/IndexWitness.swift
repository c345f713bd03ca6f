import RelayJournal

/// What an index proves against its log: it is written of durable batches alone, so what it has seen was committed.
///
/// To be read before the log, which a router may write meanwhile.
package struct IndexWitness: Sendable {
    /// Up to where the index contains the log.
    package let mark: Mark
    /// The last batch that the index was told of (``IndexFollower/witness(_:)``); nil if of none.
    package let seen: Mark?
    /// The last batch that a place of an open transaction names; 0 without one.
    let named: UInt64
    /// The term of the writer that has claimed the index. A start claims it first, and the log with the same term.
    let term: UInt64

    package init(mark: Mark, seen: Mark?, named: UInt64, term: UInt64) {
        (self.mark, self.seen, self.named, self.term) = (mark, seen, named, term)
    }

    /// The last event's sequence, as far as the index has seen it.
    package var sequence: UInt64 { max(mark.sequence, seen?.sequence ?? 0) }

    /// - Returns: nil if the log has all that the index has seen, or begins behind it.
    package func lostEnd(of log: some LogReading) throws -> JournalFault? {
        let last = try log.lastNumber()
        // The later one first: it says how much is lost at least.
        for head in [mark.head, seen?.head].compactMap(\.self).sorted(by: { $0.number > $1.number }) {
            guard head.number <= last else { return JournalFault(.endLost(last: last), at: head.number) }
            if let hash = try log.hash(of: head.number), hash != head.hash {
                return JournalFault(.endReplaced, at: head.number)
            }
        }
        guard named <= last else { return JournalFault(.endLost(last: last), at: named) }
        return last == 0 ? nil : try Self.lostTerms(of: log, in: last, claimedAs: term)
    }

    /// What it proves that the index was claimed with a term.
    /// - Parameter last: the log's last batch.
    /// - Returns: nil if the log has the term before: a start may have been cut off, or may be under way.
    static func lostTerms(of log: some LogReading, in last: UInt64, claimedAs term: UInt64) throws -> JournalFault? {
        let found = try log.batch(last).standing.term
        guard term > 0, term - 1 > found else { return nil }
        return JournalFault(.termsLost(found: term, last: found), at: last)
    }
}

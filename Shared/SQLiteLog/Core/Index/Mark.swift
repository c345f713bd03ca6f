import RelayJournal

/// The batch up to which the index contains the log.
package struct Mark: Sendable {
    package var head = LogHead()
    /// The last event's sequence.
    package var sequence: UInt64 = 0

    package init(head: LogHead = LogHead(), sequence: UInt64 = 0) { (self.head, self.sequence) = (head, sequence) }
}

extension Mark {
    /// What an index of this mark proves against its log: it is written of durable batches alone, so what it has seen
    /// was committed.
    /// - Returns: nil if the log has the mark's batch, or begins behind it.
    package func lostEnd(of log: some LogReading) throws -> JournalFault? {
        let last = try log.lastNumber()
        guard head.number <= last else { return JournalFault(.endLost(last: last), at: head.number) }
        guard let hash = try log.hash(of: head.number), hash != head.hash else { return nil }
        return JournalFault(.endReplaced, at: head.number)
    }
}

/// The batch up to which the index contains the log.
package struct Mark: Sendable {
    package var head = LogHead()
    /// The last event's sequence.
    package var sequence: UInt64 = 0

    package init(head: LogHead = LogHead(), sequence: UInt64 = 0) { (self.head, self.sequence) = (head, sequence) }
}

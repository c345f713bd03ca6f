import RelayDomain

/// What a span of batches changed: the part of the log that the index does not contain yet.
package struct TailPart: Sendable {
    /// The last batch of the span.
    private(set) var last: LogHead
    /// The last event's sequence.
    private(set) var sequence: UInt64
    private(set) var places: [TransactionID: Place] = [:]
    private(set) var keys: [Fingerprint: Known] = [:]
    private(set) var codes: [Fingerprint: Known] = [:]

    /// - Parameter mark: what comes before the span.
    init(after mark: Mark) { (last, sequence) = (mark.head, mark.sequence) }

    /// A batch without entries.
    mutating func append(_ head: LogHead) { last = head }

    mutating func append(_ batch: Batch, _ head: LogHead) {
        (last, sequence) = (head, batch.standing.sequence)
        for entry in batch.entries {
            places[entry.id] = Place(entry, in: head.number)
            if let opening = entry.opening {
                keys[opening.key.fingerprint] = Known(batch: head.number, day: opening.key.day)
            }
            if let used = entry.used {
                let day = max(used.day, codes[used.fingerprint]?.day ?? used.day)
                codes[used.fingerprint] = Known(batch: head.number, day: day)
            }
        }
    }
}

import RelayDomain

/// Where the log holds a transaction's last entry, and what a commit has to know of it.
struct Place: Hashable, Sendable {
    let batch: UInt64
    let version: UInt64
    let isOpen: Bool
    let hasOutcome: Bool

    init(_ entry: EntryRecord, in batch: UInt64) {
        self.batch = batch
        version = entry.version
        isOpen = entry.isOpen
        hasOutcome = entry.hasOutcome
    }
}

/// Where the log made a key or a code known, and the day after whose end it may be forgotten.
struct Known: Hashable, Sendable {
    let batch: UInt64
    let day: Int64
}

/// What a span of batches changed: the part of the log that the index does not contain yet.
struct TailPart: Sendable {
    /// The last batch of the span.
    private(set) var last: LogHead
    /// The last event's sequence.
    private(set) var sequence: UInt64
    private(set) var places: [TransactionID: Place] = [:]
    private(set) var keys: [Fingerprint: Known] = [:]
    private(set) var codes: [Fingerprint: Known] = [:]

    /// - Parameter mark: what comes before the span.
    init(after mark: Mark) { (last, sequence) = (mark.head, mark.sequence) }

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

/// The batch up to which the index contains the log.
struct Mark: Sendable {
    var head = LogHead()
    /// The last event's sequence.
    var sequence: UInt64 = 0
}

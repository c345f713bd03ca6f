import RelayDomain

/// Where the log holds a transaction's last entry, and what a commit has to know of it.
package struct Place: Hashable, Sendable {
    package let batch: UInt64
    /// The batch with its first entry.
    let first: UInt64
    let version: UInt64
    let isOpen: Bool
    let hasOutcome: Bool

    init(_ entry: EntryRecord, in batch: UInt64) {
        self.batch = batch
        first = entry.former == 0 ? batch : entry.first
        version = entry.version
        isOpen = entry.isOpen
        hasOutcome = entry.hasOutcome
    }
}

/// Where the log made a key or a code known, and the day after whose end it may be forgotten.
package struct Known: Hashable, Sendable {
    let batch: UInt64
    let day: Int64
}

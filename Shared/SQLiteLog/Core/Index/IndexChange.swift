import RelayDomain

/// One change of the index. Changes that are made together are made in one transaction.
package enum IndexChange: Sendable {
    /// The transaction's last entry is in this batch.
    case place(TransactionID, batch: UInt64, isOpen: Bool)
    /// Makes a run's table. The run is not true before it is revealed.
    case create(Run)
    case row(Run, Fingerprint, batch: UInt64)
    case filterPart(Run, part: Int, [UInt8])
    /// The run is true from here on, and its filter with it.
    case reveal(Run, KeyFilter)
    /// The run counts no more.
    case hide(Run)
    /// Removes rows of a run that counts no more, up to this one, and a part of its filter.
    case delete(Run, through: Fingerprint)
    /// Removes the rest of the run, its table and its filter.
    case drop(Run)
    /// The index contains the log up to here.
    case mark(Mark)
    /// The log is durable up to here.
    case seen(Mark)
}

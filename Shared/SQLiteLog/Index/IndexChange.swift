import RelayDomain

/// One change of the index. Changes that are made together are made in one transaction.
enum IndexChange: Sendable {
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
    /// Removes the run's table and its filter.
    case drop(Run)
    /// The index contains the log up to here.
    case mark(Mark)
}

/// What the indexer's decisions read.
protocol IndexReading {
    /// The rows of all these runs behind a fingerprint, sorted, at most so many.
    func rows(of runs: [Run], after: Fingerprint?, most: Int) throws -> [(Fingerprint, UInt64)]
}

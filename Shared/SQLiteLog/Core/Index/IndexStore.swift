import RelayDomain

/// What the indexer's decisions read.
package protocol IndexReading {
    /// The rows of all these runs behind a fingerprint, sorted, at most so many.
    func rows(of runs: [Run], after: Fingerprint?, most: Int) throws -> [(Fingerprint, UInt64)]
}

/// Where an index is kept: a file, or a model of one.
package protocol IndexStore: IndexReading {
    /// - Throws: ``JournalError/damaged(path:what:)`` if it has to be built anew.
    func contents() throws -> IndexContents
    /// The batch up to which it contains the log.
    func mark() throws -> Mark
    /// The runs that are true, in the order of their numbers.
    func trueRuns() throws -> [Run]
    /// Tables of runs that are not true: a crash left them.
    func strays(beside runs: [Run]) throws -> [Run]
    /// The transactions that a start has to go on with, as of the mark or later, and the batch of each.
    func open() throws -> [(TransactionID, UInt64)]
    /// From now on only the writer of this term may change it. The term is the log's, raised by each claim.
    /// - Throws: ``IndexTaken`` if a later writer has claimed it.
    func claim(as term: UInt64) throws
    /// Makes all changes, or none.
    /// - Throws: ``IndexTaken`` if another writer has claimed it.
    func apply(_ changes: [IndexChange], as term: UInt64) throws
}

/// Another router writes the index: this one has lost the journal, and will learn it.
package struct IndexTaken: Error, CustomStringConvertible {
    let term: UInt64

    package init(by term: UInt64) { self.term = term }

    package var description: String { "the index is written by the router of term \(term)" }
}

/// Where lookups ask an index, beside whoever writes it.
package protocol IndexSearching {
    /// The batch with the transaction's last entry; nil if the index does not contain the transaction.
    func batch(of id: TransactionID) throws -> UInt64?
    /// The batch that made a fingerprint known; nil if the run does not have it.
    func batch(of fingerprint: Fingerprint, in run: Run) throws -> UInt64?
}

/// What an index holds that is opened.
package struct IndexContents {
    package let mark: Mark
    /// The runs that are true.
    package let filters: [Run: KeyFilter]

    package init(mark: Mark, filters: [Run: KeyFilter]) { (self.mark, self.filters) = (mark, filters) }
}

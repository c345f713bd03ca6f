/// Lets an index follow its log, one slice at a time. The order of what it does is ``IndexerCore``'s.
package struct IndexFollower<Store: IndexStore> {
    private let term: UInt64
    private let bounds: IndexBounds
    /// Nil before the first slice, and after an error: what the disk then holds is read again.
    private var index: (store: Store, core: IndexerCore)?

    /// - Parameter term: of the writer.
    package init(as term: UInt64, _ bounds: IndexBounds = IndexBounds()) { (self.term, self.bounds) = (term, bounds) }

    /// Lets go of the index.
    package mutating func close() { index = nil }

    /// Does one step.
    /// - Parameters:
    ///   - opening: opens the index.
    ///   - isInLog: whether the log has this batch.
    /// - Returns: false if there is nothing to do.
    /// - Throws: why the disk refused. The log goes on without the index, and the next slice opens it again.
    package mutating func slice(
        _ tail: some TailHolding, opening: () throws -> Store, isInLog: (LogHead) throws -> Bool
    ) throws -> Bool {
        do {
            return try step(tail, opening, isInLog)
        } catch {
            index = nil
            throw error
        }
    }

    private mutating func step(
        _ tail: some TailHolding, _ opening: () throws -> Store, _ isInLog: (LogHead) throws -> Bool
    ) throws -> Bool {
        if index == nil {
            let store = try opening()
            try store.claim(as: term)
            let (found, wanted) = (try store.mark().head, tail.with(\.mark.head.number))
            if found.number != wanted {
                guard found.number > wanted, try isInLog(found) else {
                    throw IndexReplaced(found: found.number, wanted: wanted)
                }
                // The router that had the journal before wrote on until this one's claim.
                let contents = try store.contents()
                tail.with { $0.adopt(contents) }
            }
            let runs = try store.trueRuns()
            index = (store, IndexerCore(runs, strays: try store.strays(beside: runs), bounds))
        }
        guard let store = index?.store, let step = try index?.core.next(tail.with(\.view), store) else { return false }
        switch step {
        case .freeze: tail.with { $0.freeze() }
        case .apply(let changes):
            try store.apply(changes, as: term)
            tail.with { $0.apply(changes) }
        }
        return true
    }
}

/// Another index is in the place of the one that was opened at the start, and lacks what was written before, or claims
/// to hold more.
struct IndexReplaced: Error, CustomStringConvertible {
    let found: UInt64
    let wanted: UInt64

    var description: String {
        "the index was replaced while its router ran: it ends with batch \(found), not \(wanted); restart the router"
    }
}

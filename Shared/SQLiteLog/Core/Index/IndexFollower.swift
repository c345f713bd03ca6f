/// Lets an index follow its log, one slice at a time. The order of what it does is ``IndexerCore``'s.
package struct IndexFollower<Store: IndexStore> {
    private let term: UInt64
    private let bounds: IndexBounds
    private let opening: () throws -> Store
    private let isInLog: (LogHead) throws -> Bool
    /// Nil before the first slice, and after an error: what the disk then holds is read again.
    private var index: (store: Store, core: IndexerCore)?
    /// The last batch that the index was told of since it was opened.
    private var witnessed: UInt64 = 0

    /// - Parameters:
    ///   - term: of the writer.
    ///   - opening: opens the index.
    ///   - isInLog: whether the log has this batch.
    package init(
        as term: UInt64, _ bounds: IndexBounds = IndexBounds(), opening: @escaping () throws -> Store,
        isInLog: @escaping (LogHead) throws -> Bool
    ) {
        (self.term, self.bounds, self.opening, self.isInLog) = (term, bounds, opening, isInLog)
    }

    /// Lets go of the index.
    package mutating func close() { index = nil }

    /// Does one step.
    /// - Returns: false if there is nothing to do.
    /// - Throws: why the disk refused. The log goes on without the index, and the next slice opens it again.
    package mutating func slice(_ tail: some TailHolding) throws -> Bool {
        try attempt { follower in
            let store = try follower.opened(tail)
            switch try follower.index?.core.next(tail.with(\.view), store) {
            case nil: return false
            case .freeze: tail.with { $0.freeze() }
            case .apply(let changes):
                try store.apply(changes, as: follower.term)
                tail.with { $0.apply(changes) }
            }
            return true
        }
    }

    /// Tells the index how far the log is durable, long before it contains all of that: should the log lose its end,
    /// the index proves it (``IndexWitness``).
    /// - Throws: as ``slice(_:)``.
    package mutating func witness(_ tail: some TailHolding) throws {
        try attempt { follower in
            let (store, durable) = (try follower.opened(tail), tail.with(\.durable))
            guard durable.head.number > follower.witnessed else { return }
            try store.apply([.seen(durable)], as: follower.term)
            follower.witnessed = durable.head.number
        }
    }

    private mutating func attempt<Result>(_ body: (inout Self) throws -> Result) throws -> Result {
        do {
            return try body(&self)
        } catch {
            index = nil
            throw error
        }
    }

    private mutating func opened(_ tail: some TailHolding) throws -> Store {
        if let index { return index.store }
        let store = try opening()
        try store.claim(as: term)
        let (found, runs) = (try store.mark().head, try store.trueRuns())
        let (wanted, known) = tail.with { ($0.mark.head.number, $0.indexRuns) }
        if found.number != wanted || Set(runs) != known {
            guard found.number >= wanted, try isInLog(found) else {
                throw IndexReplaced(found: found.number, wanted: wanted)
            }
            // The disk has done more than it has reported, or another start of this term has written.
            let contents = try store.contents()
            tail.with { $0.adopt(contents) }
        }
        index = (store, IndexerCore(runs, strays: try store.strays(beside: runs), bounds))
        witnessed = 0
        return store
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

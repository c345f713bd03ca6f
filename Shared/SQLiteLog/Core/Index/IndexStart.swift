import RelayDomain
import RelayJournal

/// How a journal's start uses its index: as far as the mark, and not at all if it is not of this log.
package struct IndexStart<Log: LogReading, Store: IndexStore> {
    /// What a start finds.
    package struct Found {
        package let tail: Tail
        /// The places of the transactions that are open.
        package let open: [TransactionID: Place]
        /// Whether the index was built anew.
        package let isNew: Bool
        /// Why; nil if it was not, or was absent.
        package let rebuiltBecause: String?
    }

    private let log: Log
    private let standing: Standing
    private let today: Int64
    private let bounds: IndexBounds

    /// - Parameter standing: what the log's end says, with the term of the writer that starts.
    package init(_ log: Log, _ standing: Standing, today: Int64, _ bounds: IndexBounds = IndexBounds()) {
        (self.log, self.standing, self.today, self.bounds) = (log, standing, today, bounds)
    }

    /// Reads the index and the log behind its mark; builds the index anew if it is absent or damaged, or ends in what
    /// was pruned. Of a log that lacks what the index has seen it must not be asked (``IndexWitness/lostEnd(of:)``).
    ///
    /// The index is claimed before it is read, and the log later: should another router still believe that it has the
    /// journal, it changes nothing any more of what is read here.
    /// - Parameters:
    ///   - path: the index's, which its damage names: that of the log is no reason to do without the index.
    ///   - existing: opens the index; nil if there is none.
    ///   - anew: makes an empty one.
    /// - Throws: ``JournalError``; ``JournalError/claimLost(path:term:found:)`` if a later start has claimed the index.
    package func find(_ path: String, existing: () throws -> Store?, anew: () throws -> Store) throws -> Found {
        var why: String?
        do {
            if let store = try existing() {
                try store.claim(as: standing.term)
                let contents = try store.contents()
                if try log.hash(of: contents.mark.head.number) == contents.mark.head.hash {
                    return try read(store, contents, at: path)
                }
                why = "its mark, batch \(contents.mark.head.number), is not of this log"
            }
        } catch JournalError.damaged(path, let what) {
            why = what
        } catch let taken as IndexTaken {
            let lost = try IndexWitness.lostTerms(of: log, in: try log.lastNumber(), claimedAs: taken.term)
            throw lost?.error(path: log.folder)
                ?? .claimLost(path: log.folder, term: standing.term, found: taken.term)
        }
        return try built(path, anew, why)
    }

    /// Builds an index anew, to the log's end.
    /// - Parameter progress: called with the last batch read and the log's last, now and then.
    package func built(
        _ path: String, _ anew: () throws -> Store, _ why: String? = nil,
        _ progress: (UInt64, UInt64) throws -> Void = { _, _ in }
    ) throws -> Found {
        let store = try anew()
        return try read(store, try store.contents(), at: path, toTheEnd: true, why, progress)
    }

    /// Reads the log behind the mark. What is too much for memory, as after a rebuild that was cut off, is written.
    private func read(
        _ store: Store, _ contents: IndexContents, at path: String, toTheEnd: Bool = false, _ why: String? = nil,
        _ progress: (UInt64, UInt64) throws -> Void = { _, _ in }
    ) throws -> Found {
        var tail = Tail(contents.mark, contents.filters, standing, today: today, bounds)
        let runs = contents.filters.keys.sorted { $0.number < $1.number }
        var core = IndexerCore(runs, strays: try store.strays(beside: runs), bounds.building)
        let last = try log.lastNumber()
        try log.batches(after: contents.mark.head.number) { batch, head in
            _ = tail.append(batch, head, bytes: 0, today: today)
            if tail.transactions >= bounds.built { try write(&tail, &core, store) }
            if head.number.isMultiple(of: 1_000) { try progress(head.number, last) }
        }
        if toTheEnd { try write(&tail, &core, store) }
        try progress(last, last)
        var places = tail.filling.places
        let (open, end) = (try store.open(), try log.lastNumber())
        for (id, batch) in open where places[id] == nil {
            guard batch <= end else { throw JournalFault(.endLost(last: end), at: batch).error(path: log.folder) }
            guard let entry = try log.batch(batch).entries.first(where: { $0.id == id }) else {
                throw JournalError.damaged(path: path, what: "batch \(batch) says nothing of transaction \(id)")
            }
            places[id] = Place(entry, in: batch)
        }
        return Found(
            tail: tail, open: places.filter(\.value.isOpen), isNew: toTheEnd, rebuiltBecause: why)
    }

    /// Writes all of a tail that no other thread uses.
    private func write(_ tail: inout Tail, _ core: inout IndexerCore, _ store: Store) throws {
        try store.claim(as: standing.term)
        tail.freeze()
        while tail.frozen != nil, case .apply(let changes)? = try core.next(tail.view, store) {
            try store.apply(changes, as: standing.term)
            tail.apply(changes)
        }
    }
}

extension IndexBounds {
    /// How many transactions are written at a time while an index is built: more than ever wait for one that exists.
    fileprivate var built: Int { most + most / 4 }

    /// Nothing waits beside it: a part is one slice.
    fileprivate var building: IndexBounds {
        var bounds = self
        bounds.sliceRows = built
        return bounds
    }
}

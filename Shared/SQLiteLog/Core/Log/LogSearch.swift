import RelayDomain
import RelayJournal

/// Finds what a journal knows: in memory, or by its index in its log. What the tail holds counts more than the index,
/// which may lack it.
package struct LogSearch<Log: LogReading, Index: IndexSearching, Memory: TailHolding> {
    private let log: Log
    private let index: Index
    private let tail: Memory
    /// What the index knows a key by.
    private let keyed: (SubmissionKey) -> Fingerprint
    /// The transactions that the router still has: most commits are about them.
    private var open: [TransactionID: Place]

    package init(
        _ log: Log, _ index: Index, _ tail: Memory, open: [TransactionID: Place],
        keyed: @escaping (SubmissionKey) -> Fingerprint
    ) {
        (self.log, self.index, self.tail, self.open, self.keyed) = (log, index, tail, open, keyed)
    }

    /// A batch was appended.
    package mutating func appended(_ batch: Batch, as number: UInt64) {
        for entry in batch.entries { open[entry.id] = entry.isOpen ? Place(entry, in: number) : nil }
    }

    // MARK: - For the router

    /// - Throws: ``JournalError``.
    package func answers(to lookups: [JournalLookup]) throws -> Recall {
        var recall = Recall()
        for lookup in lookups { try answer(lookup, &recall) }
        return recall
    }

    /// One entry that cannot be read is no reason to do without all others.
    private func answer(_ lookup: JournalLookup, _ recall: inout Recall) throws {
        do {
            switch lookup {
            case .key(let key): recall.keys[key] = try known(key)
            case .information(let digest):
                if try batch(of: Fingerprint(digest), .codes) != nil { recall.information.insert(digest) }
            case .transaction(let id):
                recall.transactions[id] = try lastBatch(of: id).map { try log.transaction(id, in: $0) }
            }
        } catch let error as JournalError {
            switch (error, lookup) {
            case (.archived, .transaction(let id)): recall.archived.insert(id)
            // A key or a code that is remembered keeps its segment from being pruned.
            case (.damaged, _), (.newerContents, _), (.archived, _): recall.unreadable[lookup] = "\(error)"
            case (.newerVersion, _), (.otherNumber, _), (.claimLost, _), (.endLost, _), (.failed, _): throw error
            }
        }
    }

    private func known(_ key: SubmissionKey) throws -> Recall.Known? {
        let fingerprint = keyed(key)
        guard let number = try batch(of: fingerprint, .keys) else { return nil }
        let entry = try log.batch(number).entries.first { $0.opening?.key.fingerprint == fingerprint }
        guard let entry, let opening = entry.opening else {
            throw JournalError.damaged(path: log.folder, what: "batch \(number) does not have the key it should have")
        }
        guard let last = try lastBatch(of: entry.id) else {
            throw JournalError.damaged(
                path: log.folder, what: "transaction \(entry.id) is missing although its key is there")
        }
        let transaction = try log.transaction(entry.id, in: last)
        return transaction.key == key ? Recall.Known(transaction: transaction, body: opening.body) : nil
    }

    /// The batch that made a key or a code known: from memory, or from the runs whose filters do not exclude it.
    private func batch(of fingerprint: Fingerprint, _ kind: Run.Kind) throws -> UInt64? {
        // A run that was merged meanwhile is in another one, and perhaps deleted in part.
        func haveChanged(_ runs: [Run]) -> Bool { tail.with { $0.runs(that: fingerprint, kind) } != runs }
        while true {
            let (known, runs) = tail.with { ($0.known(fingerprint, kind), $0.runs(that: fingerprint, kind)) }
            if let known { return known.batch }
            do {
                for run in runs {
                    if let batch = try index.batch(of: fingerprint, in: run) { return batch }
                }
                if !haveChanged(runs) { return nil }
            } catch {
                guard haveChanged(runs) else { throw error }
            }
        }
    }

    private func lastBatch(of id: TransactionID) throws -> UInt64? {
        if let place = open[id] ?? tail.with({ $0.place(of: id) }) { return place.batch }
        return try index.batch(of: id)
    }

    // MARK: - For a commit

    /// The batch of a commit that goes on from what the log holds. Nothing of it keeps this value's tables, which
    /// ``appended(_:as:)`` changes in place then.
    /// - Throws: ``JournalError`` as ``BatchMaker``.
    package func batch(
        _ entries: [JournalEntry], after standing: Standing, _ retention: inout Retention
    ) throws -> Batch {
        try BatchMaker(log.folder, standing, keyed: keyed, former: former, outcome: outcome).batch(entries, &retention)
    }

    /// Where a transaction's former entry is, and what a commit has to know of it; nil if there is none.
    private func former(_ id: TransactionID, isNew: Bool) throws -> Place? {
        if let place = open[id] ?? tail.with({ $0.place(of: id) }) { return place }
        // The router has just made a new transaction's ID: 74 random bits are no other's.
        guard !isNew, let batch = try index.batch(of: id) else { return nil }
        return Place(try log.entry(of: id, in: batch), in: batch)
    }

    /// The outcome that a batch has left.
    private func outcome(_ id: TransactionID, in batch: UInt64) throws -> Outcome? {
        try log.transaction(id, in: batch).outcome
    }
}

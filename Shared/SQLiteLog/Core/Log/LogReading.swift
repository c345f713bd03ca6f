import RelayDomain
import RelayJournal

/// A log, as starts, lookups and commits read it.
package protocol LogReading {
    /// The journal's folder, for errors.
    var folder: String { get }

    /// - Throws: ``JournalError/archived(path:)`` if its segment was pruned; ``JournalError/damaged(path:what:)`` if it
    ///   is not in its segment, or cannot be read.
    func batch(_ number: UInt64) throws -> Batch

    /// The hash of a batch, or what the first segment says of the one before it; nil if there is none.
    func hash(of number: UInt64) throws -> [UInt8]?

    /// The newest batch's number; 0 if it cannot be read.
    func lastNumber() throws -> UInt64

    /// All batches behind one, in order, as far as the log reaches meanwhile.
    func batches(after number: UInt64, _ body: (Batch, LogHead) throws -> Void) throws
}

extension LogReading {
    /// A transaction's part of a batch.
    func entry(of id: TransactionID, in number: UInt64) throws -> EntryRecord {
        guard let entry = try batch(number).entries.first(where: { $0.id == id }) else {
            throw JournalError.damaged(path: folder, what: "batch \(number) says nothing of transaction \(id)")
        }
        return entry
    }

    /// A transaction as a batch left it.
    func transaction(_ id: TransactionID, in number: UInt64) throws -> Transaction {
        try transaction(of: entry(of: id, in: number))
    }

    func transaction(of entry: EntryRecord) throws -> Transaction {
        do {
            return try entry.transaction()
        } catch {
            throw unreadable(error, "transaction \(entry.id)")
        }
    }

    /// A transaction's entries, the newest first, from the one in a batch back.
    func entries(of id: TransactionID, from number: UInt64) throws -> [EntryRecord] {
        var (entries, next): ([EntryRecord], UInt64) = ([], number)
        while next != 0 {
            let entry = try entry(of: id, in: next)
            entries.append(entry)
            guard entry.former < next else {
                throw JournalError.damaged(path: folder, what: "batch \(next) follows a later one")
            }
            next = entry.former
        }
        return entries
    }

    /// What cannot be read is damaged, or of a newer Baton; nothing else is said of it.
    func unreadable(_ why: ByteReader.Unreadable, _ what: String) -> JournalError {
        switch why {
        case .malformed: .damaged(path: folder, what: "\(what) cannot be read")
        case .newer(let found): .newer(folder, what, found)
        }
    }
}

extension JournalError {
    /// A log holds what this build does not know.
    static func newer(_ path: String, _ what: String, _ found: String) -> JournalError {
        .newerContents(path: path, what: "\(what) (\(found))")
    }
}

extension Recovered {
    /// What the log says.
    package init(_ standing: Standing, _ open: [TransactionID: Place], _ log: some LogReading) throws {
        var unfinished: [Unfinished] = []
        var reopened: [Transaction] = []
        for (id, place) in open.sorted(by: { $0.key < $1.key }) {
            let transaction = try log.transaction(id, in: place.batch)
            guard !place.hasOutcome else {
                reopened.append(transaction)
                continue
            }
            guard let opening = try log.entry(of: id, in: place.first).opening else {
                throw JournalError.damaged(
                    path: log.folder, what: "batch \(place.first) is not the first of transaction \(id)")
            }
            unfinished.append(Unfinished(transaction: transaction, body: opening.body))
        }
        self.init(
            journal: standing.journal, journals: Int(standing.journals), term: standing.term,
            sequence: standing.sequence, unfinished: unfinished, reopened: reopened, lastEventAt: standing.at,
            wasRestored: standing.isRestored)
    }
}

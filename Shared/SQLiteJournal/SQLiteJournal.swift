import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// A journal in one SQLite file, `journals/<number>.db`, claimed by a lock on the file `<number>.lock` beside it.
///
/// The actor lives on a thread of its own: a commit waits for the disk there and nowhere else.
public actor SQLiteJournal: Journal {
    public nonisolated let recovered: Recovered
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let thread: JournalThread
    private let claim: FileClaim
    private let queue: DatabaseQueue
    nonisolated let path: String
    private var seen: SeenTables
    private var chain: EventChain

    /// Claims the first unclaimed journal in a folder that can be opened.
    ///
    /// One that cannot, because it is damaged or of a newer Baton, does not keep the others from their writers. If no
    /// other is left to claim, its error is thrown: the caller ends, says what is wrong, and tries again when it is
    /// restarted. It is no standby, which would look as if all was well.
    /// - Parameters:
    ///   - folder: `$BATON_HOME/journals`; made if absent.
    ///   - journals: how many there are, 1 to 100; fixed once the first was made.
    /// - Returns: nil if all are claimed by living processes: the caller is a standby and tries again.
    /// - Throws: ``JournalError``: of the first journal that cannot be opened, if no other could be claimed;
    ///   ``JournalError/otherNumber(path:found:wanted:)`` in any case, for that is a wrong setting.
    public static func claim(in folder: String, journals: Int) throws -> SQLiteJournal? {
        try claim(in: folder, journals: journals, .full)
    }

    package static func claim(in folder: String, journals: Int, _ durability: Durability) throws -> SQLiteJournal? {
        try JournalFile.failing(folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        var trouble: JournalError?
        for number in 0..<journals {
            do {
                guard let claim = try FileClaim("\(folder)/\(number).lock") else { continue }
                let path = "\(folder)/\(number).db"
                if !FileManager.default.fileExists(atPath: path) {
                    try JournalSchema.check(journals: journals, in: folder)
                }
                return try SQLiteJournal(UInt8(number), of: journals, at: path, claim, durability)
            } catch let error as JournalError {
                if case .otherNumber = error { throw error }
                trouble = trouble ?? error
            }
        }
        if let trouble { throw trouble }
        return nil
    }

    private init(_ number: UInt8, of journals: Int, at path: String, _ claim: FileClaim, _ durability: Durability)
        throws
    {
        self.claim = claim
        self.path = path
        thread = JournalThread(label: "journal-\(number)")
        queue = try JournalFile.open(path, durability)
        try JournalFile.migrate(queue, path, JournalSchema.steps)
        (recovered, seen, chain) = try JournalFile.failing(path) { [queue] in
            try queue.write { database in
                let term = try JournalSchema.claimTerm(database, journals: journals, path: path)
                let chain = try EventChain(database, path: path)
                let last = try EventRow.last(database, path: path)
                let recovered = Recovered(
                    journal: number, journals: journals, term: term, sequence: chain.sequence,
                    unfinished: try TransactionRow.unfinished(database, path: path),
                    reopened: try TransactionRow.reopened(database, path: path), lastEventAt: last?.at,
                    wasRestored: last?.kind == EventRow.restored)
                return (recovered, try SeenTables(database, try JournalSchema.retention(database, path: path)), chain)
            }
        }
    }

    public func recall(_ questions: [JournalLookup]) throws -> Recall {
        guard !questions.isEmpty else { return Recall() }
        return try JournalFile.failing(path) {
            var recall = Recall()
            try queue.inTransaction(.deferred) { database in  // The file is locked once for all questions.
                for question in questions { try answer(question, database, &recall) }
                return .commit
            }
            return recall
        }
    }

    /// One row that cannot be read is no reason to do without all others.
    private func answer(_ question: JournalLookup, _ database: Database, _ recall: inout Recall) throws {
        do {
            try read(question, database, &recall)
        } catch let error as JournalError {
            guard case .damaged(_, let what) = error else { throw error }
            recall.unreadable[question] = what
        }
    }

    private func read(_ question: JournalLookup, _ database: Database, _ recall: inout Recall) throws {
        switch question {
        case .key(let key):
            guard let (id, body) = try seen.transaction(of: key, database, path: path) else { return }
            guard let transaction = try TransactionRow.fetch(id, database, path: path) else {
                throw JournalError.damaged(path: path, what: "transaction \(id) is missing although its key is there")
            }
            recall.keys[key] = Recall.Known(transaction: transaction, body: body)
        case .information(let digest):
            if try seen.contains(digest, database) { recall.information.insert(digest) }
        case .transaction(let id):
            recall.transactions[id] = try TransactionRow.fetch(id, database, path: path)
        }
    }

    /// SQLite is asked: it keeps no list of what it knows in memory.
    public nonisolated func mayKnow(_ lookup: JournalLookup) -> Bool { true }

    public nonisolated var hasRoom: Bool { true }

    public nonisolated func begin(_ entries: [JournalEntry]) -> Commit {
        let commit = Commit()
        thread.perform { commit.finish(Result { try self.assumeIsolated { try $0.write(entries) } }) }
        return commit
    }

    private func write(_ entries: [JournalEntry]) throws {
        guard !entries.isEmpty else { return }
        try JournalFile.failing(path) {
            var (next, nextSeen) = (chain, seen)
            try queue.inTransaction(.immediate) { database in
                try JournalSchema.check(recovered.term, database, path: path)
                let rows = try entries.map { try TransactionRow($0.transaction) }
                let events = zip(entries, rows).flatMap(EventRow.all)
                for event in events.sorted(by: { $0.sequence < $1.sequence }) { try event.insert(database, &next) }
                for (entry, row) in zip(entries, rows) {
                    try write(entry, row, database)
                    try nextSeen.insert(entry, database)
                }
                try next.store(database, elapsed: nextSeen.elapsed)
                return .commit
            }
            (chain, seen) = (next, nextSeen)
        }
    }

    /// The tables are written in the commit itself.
    public func footprint() -> JournalFootprint {
        JournalFootprint(
            bytes: ["journal": Self.bytes(of: path), "wal": Self.bytes(of: path + "-wal")], unindexedEvents: 0)
    }

    /// 0 for a file that is not there.
    private static func bytes(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    public func checkClaim() throws {
        try JournalFile.failing(path) {
            try queue.inDatabase { try JournalSchema.check(recovered.term, $0, path: path) }
        }
    }

    private func write(_ entry: JournalEntry, _ row: TransactionRow, _ database: Database) throws {
        if let opening = entry.opening {
            try row.insert(database)
            if row.outcome == nil { try OpeningRow.insert(opening, of: row.id, database) }
        } else {
            try row.update(database, path: path)
            if row.outcome != nil { try OpeningRow.delete(of: row.id, database) }
        }
    }
}

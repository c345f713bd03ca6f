import Foundation
import RelayDomain
import RelayJournal

extension IndexFile {
    /// How many transactions are written at a time while an index is built.
    private static let builtAtATime = 50_000

    /// Opens a journal's index and reads the log behind its mark; builds it anew if it is absent or damaged, or is not
    /// of this log.
    /// - Parameter progress: called with the last batch read and the log's last, now and then.
    /// - Returns: the tail, and the places of the transactions that are open.
    static func open(
        _ files: LogFiles, _ log: LogReader, today: Int64, _ progress: (UInt64, UInt64) throws -> Void = { _, _ in }
    ) throws -> (tail: Tail, open: [TransactionID: Place]) {
        do {
            if FileManager.default.fileExists(atPath: files.index) {
                let index = try IndexFile(files.index)
                let contents = try index.contents()
                if try log.hash(of: contents.mark.head.number) == contents.mark.head.hash {
                    return try index.read(log, contents, today: today, progress)
                }
            }
        } catch let error as JournalError where error.isDamage {
        }
        return try rebuilt(files, log, today: today, progress)
    }

    /// Builds an index anew, to the log's end.
    static func rebuilt(
        _ files: LogFiles, _ log: LogReader, today: Int64, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> (tail: Tail, open: [TransactionID: Place]) {
        try JournalFile.remove(files.index)
        let index = try IndexFile(files.index)
        return try index.read(log, try index.contents(), today: today, toTheEnd: true, progress)
    }

    /// Reads the log behind the mark. What is too much for memory, as after a rebuild that was cut off, is written.
    private func read(
        _ log: LogReader, _ contents: Contents, today: Int64, toTheEnd: Bool = false,
        _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> (tail: Tail, open: [TransactionID: Place]) {
        var tail = Tail(contents.mark, contents.filters, today: today)
        let runs = Array(contents.filters.keys)
        var core = IndexerCore(runs, strays: try strays(beside: runs), sliceRows: Self.builtAtATime)
        let last = try log.last().row.number
        try log.rows(after: contents.mark.head.number) { row in
            guard let batch = try? Batch(row.body) else {
                throw JournalError.failed(path: log.folder, reason: "batch \(row.number) cannot be read")
            }
            _ = tail.append(batch, row.head, bytes: 0, today: today)
            if tail.transactions >= Self.builtAtATime { try write(&tail, &core) }
            if row.number.isMultiple(of: 1_000) { try progress(row.number, last) }
        }
        if toTheEnd { try write(&tail, &core) }
        try progress(last, last)
        var places = tail.filling.places
        for (id, batch) in try open() where places[id] == nil {
            places[id] = Place(try log.entry(of: id, in: batch), in: batch)
        }
        return (tail, places.filter(\.value.isOpen))
    }

    /// Writes all of a tail that no other thread uses.
    private func write(_ tail: inout Tail, _ core: inout IndexerCore) throws {
        tail.freeze()
        while tail.frozen != nil, let step = try core.next(tail.view, self) { try carryOut(step, &tail) }
    }

    /// Carries a step of the indexer out on a tail that no other thread uses.
    func carryOut(_ step: IndexerCore.Step, _ tail: inout Tail) throws {
        switch step {
        case .freeze: tail.freeze()
        case .checkpoint: tail.checkpointed()
        case .apply(let changes):
            try apply(changes)
            tail.apply(changes)
        }
    }
}

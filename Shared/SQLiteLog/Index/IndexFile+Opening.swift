import Foundation
import RelayDomain
import RelayJournal

extension IndexFile {
    /// How many transactions are written at a time while an index is built.
    private static let builtAtATime = 50_000

    /// What an index proves against its log: it is written of durable batches alone, so what it has seen was committed.
    /// - Returns: nil if it proves nothing, because it is absent or damaged or of an earlier time.
    static func lostEnd(_ files: LogFiles, _ log: LogReader) throws -> JournalFault? {
        guard FileManager.default.fileExists(atPath: files.index) else { return nil }
        do {
            return try IndexLookup(files.index).mark().lostEnd(of: log)
        } catch JournalError.damaged(files.index, _) {
            return nil
        }
    }

    /// Opens a journal's index and reads the log behind its mark; builds it anew if it is absent or damaged, or is of a
    /// part of the log that was pruned.
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
        } catch JournalError.damaged(files.index, _) {  // Damage of the log is no reason to lose its index.
        }
        return try rebuilt(files, log, today: today, progress)
    }

    /// Builds an index anew, to the log's end. The present one stays until that is whole: it alone has the places of
    /// what was pruned.
    static func rebuilt(
        _ files: LogFiles, _ log: LogReader, today: Int64, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> (tail: Tail, open: [TransactionID: Place]) {
        let draft = files.index + SegmentFile.unfinished
        try JournalFile.remove(draft)
        let built = try built(draft, log, today: today, progress)
        try JournalFile.remove(files.index)
        guard rename(draft, files.index) == 0 else {
            throw JournalError.failed(path: files.index, reason: String(cString: strerror(errno)))
        }
        try JournalFile.synchronize(folder: files.folder)
        return built
    }

    private static func built(
        _ path: String, _ log: LogReader, today: Int64, _ progress: (UInt64, UInt64) throws -> Void
    ) throws -> (tail: Tail, open: [TransactionID: Place]) {
        let index = try IndexFile(path)
        let built = try index.read(log, try index.contents(), today: today, toTheEnd: true, progress)
        try index.finish()
        return built
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
        var reached = contents.mark.head.number
        try log.rows(after: contents.mark.head.number) { row in
            guard let batch = try? Batch(row.body) else {
                throw JournalError.damaged(path: log.folder, what: "batch \(row.number) cannot be read")
            }
            reached = row.number
            _ = tail.append(batch, row.head, bytes: 0, today: today)
            if tail.transactions >= Self.builtAtATime { try write(&tail, &core) }
            if row.number.isMultiple(of: 1_000) { try progress(row.number, last) }
        }
        guard reached >= last else {
            throw JournalError.damaged(path: log.folder, what: "batch \(reached + 1) is missing")
        }
        if toTheEnd { try write(&tail, &core) }
        try progress(last, last)
        var places = tail.filling.places
        for (id, batch) in try open() where places[id] == nil {
            guard batch <= reached else {
                throw JournalError.damaged(path: path, what: "transaction \(id) has its place behind the log's end")
            }
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
        case .apply(let changes):
            try apply(changes)
            tail.apply(changes)
        }
    }
}

extension Mark {
    /// What is wrong with a log that lacks the batch of the mark; nil if it has it, or begins behind it.
    func lostEnd(of log: LogReader) throws -> JournalFault? {
        let last = try log.last().row.number
        guard head.number <= last else { return JournalFault(.endLost(last: last), at: head.number) }
        guard let hash = try log.hash(of: head.number), hash != head.hash else { return nil }
        return JournalFault(.endReplaced, at: head.number)
    }
}

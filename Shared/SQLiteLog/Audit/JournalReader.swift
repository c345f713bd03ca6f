import Foundation
import RelayDomain
import RelayJournal

/// Reads the transactions and events of a journal beside the router that writes it, oldest first.
///
/// In short looks of bounded memory that do not hold the router's checkpoints up: each transaction is as it was when
/// its look came by.
public struct JournalReader {
    /// How many transactions one look takes.
    static let look = 1_000

    private let files: LogFiles
    private let log: LogReader
    private let index: IndexLookup
    /// The last batches of the transactions behind the index's mark.
    private let tail: [TransactionID: UInt64]

    /// - Throws: ``JournalError``.
    public init(_ relay: RelayFiles, journal: UInt8) throws {
        files = relay.log(journal)
        log = try LogReader(files)
        guard FileManager.default.fileExists(atPath: files.index) else {
            throw JournalError.failed(path: files.index, reason: "there is no index; `baton journal reindex` builds it")
        }
        index = try IndexLookup(files.index)
        var tail: [TransactionID: UInt64] = [:]
        try log.batches(after: try index.mark().head.number) { batch, head in
            for entry in batch.entries { tail[entry.id] = head.number }
        }
        self.tail = tail
    }

    /// Reads all transactions that were accepted in a span. One that cannot be read does not keep the others back.
    /// - Parameters:
    ///   - body: takes the transactions of one look, and what is wrong with those that cannot be read.
    /// - Throws: ``JournalError`` if the file cannot be read; whatever `body` throws.
    public func transactions(
        from start: Instant? = nil, until end: Instant? = nil,
        _ body: (_ transactions: [Transaction], _ unreadable: [JournalError]) throws -> Void
    ) throws {
        var last = start.map { Array(TransactionID.floor($0)) } ?? []
        // Above all IDs there are; an ID's bytes begin with its time.
        let limit = end.map { Array(TransactionID.floor($0)) } ?? [UInt8](repeating: 0xFF, count: 17)
        var behind = tail.map { (id: Array($0.key.data), batch: $0.value) }
            .filter { last.lexicographicallyPrecedes($0.id) && $0.id.lexicographicallyPrecedes(limit) }
            .sorted { $0.id.lexicographicallyPrecedes($1.id) }[...]
        while true {
            var places: [[UInt8]: UInt64?] = [:]
            for row in try index.places(after: last, before: limit, most: Self.look) { places[row.id] = row.batch }
            // What the index has got meanwhile is not older than what was behind its mark.
            for (id, batch) in behind.prefix(Self.look) { places[id] = max(batch, (places[id] ?? nil) ?? 0) }
            let next = places.sorted { $0.key.lexicographicallyPrecedes($1.key) }.prefix(Self.look)
            let (transactions, unreadable) = read(next.map { ($0.key, $0.value) })
            try body(transactions, unreadable)
            guard next.count == Self.look, let newest = next.last?.key else { return }
            behind = behind.drop { !newest.lexicographicallyPrecedes($0.id) }
            last = newest
        }
    }

    private func read(_ places: [([UInt8], UInt64?)]) -> ([Transaction], [JournalError]) {
        var (transactions, unreadable): ([Transaction], [JournalError]) = ([], [])
        for (bytes, batch) in places {
            do {
                guard let id = TransactionID(data: Data(bytes)), let batch else {
                    throw JournalError.damaged(path: files.index, what: "a place cannot be read")
                }
                transactions.append(try log.transaction(id, in: batch))
            } catch let error as JournalError {
                unreadable.append(error)
            } catch {
                unreadable.append(.failed(path: files.folder, reason: "\(error)"))
            }
        }
        return (transactions, unreadable)
    }

    /// Every event of one transaction, in order; none if the journal does not contain it.
    /// - Throws: ``JournalError``; ``JournalError/archived(path:)`` if the first ones were pruned.
    public func events(of id: TransactionID) throws -> [JournalEntry.Event] {
        guard let batch = try lastBatch(of: id) else { return [] }
        return try log.entries(of: id, from: batch).reversed().flatMap(\.events)
    }

    /// The batch with the transaction's last entry; nil if the journal does not contain it.
    func lastBatch(of id: TransactionID) throws -> UInt64? {
        [tail[id], try index.batch(of: id)].compactMap(\.self).max()
    }

    /// The last batch that the index contains.
    func mark() throws -> UInt64 { try index.mark().head.number }
}

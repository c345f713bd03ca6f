import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// Reads the transactions and events of a journal beside the router that writes it, oldest first.
///
/// In short looks of bounded memory that do not hold the router's checkpoints up: each transaction is as it was when
/// its look came by.
public struct JournalReader {
    /// How many transactions one look takes.
    static let look = 1_000
    /// How many events one look goes through.
    static let eventLook: Int64 = 100_000

    private let queue: DatabaseQueue
    private let path: String

    /// - Throws: ``JournalError``.
    public init(at path: String) throws {
        self.path = path
        queue = try JournalFile.openToRead(path, version: JournalSchema.steps.count)
    }

    /// Reads all transactions that were accepted in a span. One that cannot be read does not keep the others back.
    /// - Parameters:
    ///   - body: takes the transactions of one look, and what is wrong with those that cannot be read.
    /// - Throws: ``JournalError`` if the file cannot be read; whatever `body` throws.
    public func transactions(
        from start: Instant? = nil, until end: Instant? = nil,
        _ body: (_ transactions: [Transaction], _ unreadable: [JournalError]) throws -> Void
    ) throws {
        var last = start.map(TransactionID.floor) ?? Data()
        // Above all IDs there are; an ID's bytes begin with its time.
        let limit = end.map(TransactionID.floor) ?? Data(repeating: 0xFF, count: 17)
        while true {
            let rows = try JournalFile.failing(path) {
                try queue.read { database in
                    try Row.fetchAll(
                        try database.cachedStatement(
                            sql: """
                                SELECT id, body FROM "transaction" WHERE id > ? AND id < ? ORDER BY id LIMIT \(Self.look)
                                """), arguments: [last, limit])
                }
            }
            var (transactions, unreadable): ([Transaction], [JournalError]) = ([], [])
            for row in rows {
                do {
                    transactions.append(try transaction(row))
                } catch let error as JournalError {
                    unreadable.append(error)
                }
            }
            try body(transactions, unreadable)
            guard rows.count == Self.look, let newest = rows.last?.value(0, Data.self) else { return }
            last = newest
        }
    }

    private func transaction(_ row: Row) throws -> Transaction {
        guard let id = row.value(0, Data.self).flatMap({ TransactionID(data: $0) }) else {
            throw JournalError.damaged(path: path, what: "a transaction's ID has not 17 bytes")
        }
        guard let body = row.value(1, Data.self) else {
            throw JournalError.damaged(path: path, what: "transaction \(id) cannot be read")
        }
        return try TransactionRow.read(id, body, path: path)
    }

    /// Every event of one transaction, in order. Goes through the whole journal: events have no index but their order.
    /// - Parameter progress: is told how many events of how many it went through.
    /// - Throws: ``JournalError``; whatever `progress` throws.
    public func events(
        of id: TransactionID, progress: (_ done: Int64, _ all: Int64) throws -> Void = { _, _ in }
    ) throws -> [JournalEntry.Event] {
        let all = try JournalFile.failing(path) {
            try queue.read { try Int64.fetchOne($0, sql: "SELECT max(seq) FROM event") } ?? 0
        }
        var events: [JournalEntry.Event] = []
        for start in stride(from: 0, to: all, by: Int(Self.eventLook)) {
            let end = min(start + Self.eventLook, all)
            events += try JournalFile.failing(path) {
                try queue.read { try EventRow.events(of: id, after: start, through: end, $0, path: path) }
            }
            try progress(end, all)
        }
        return events
    }
}

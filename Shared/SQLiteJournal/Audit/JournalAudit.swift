import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// Reads a journal from its first event to its head and looks whether all is as its router wrote it.
///
/// Reads only, in short looks that do not hold the router's checkpoints up; what is committed meanwhile is read too.
/// Memory does not grow with the journal. Openings and used keys are not looked at.
struct JournalAudit {
    /// How many events one look takes.
    static let look = 5_000

    private let queue: DatabaseQueue
    private let path: String
    private let noted: JournalHead?
    private var chain = EventChain()
    private var report = AuditReport(head: JournalHead(sequence: 0, hash: Array(EventChain.start)))

    /// - Parameter noted: a head that an earlier report gave; the journal must still hold it.
    /// - Throws: ``JournalError``.
    init(at path: String, holding noted: JournalHead? = nil) throws {
        self.path = path
        self.noted = noted
        queue = try JournalFile.openToRead(path, version: JournalSchema.steps.count)
    }

    /// Reads all of it.
    /// - Parameter progress: told the last sequence read and the head's, after each look.
    /// - Throws: ``JournalError`` if the file cannot be read; whatever `progress` throws.
    mutating func run(_ progress: (UInt64, UInt64) throws -> Void = { _, _ in }) throws -> AuditReport {
        var isThrough = false
        while !isThrough, report.fault == nil {
            let head: UInt64
            (isThrough, head) = try JournalFile.failing(path) { [queue] in
                try queue.read { database in
                    guard let head = try? EventChain(database, path: path) else {
                        report.fault = JournalFault(.noHead)
                        return (true, 0)
                    }
                    return (try read(upTo: head, database), head.sequence)
                }
            }
            try progress(chain.sequence, head)
        }
        report.head = JournalHead(sequence: chain.sequence, hash: Array(chain.hash))
        return report
    }

    /// Reads a file that no other process has open, and closes it.
    static func fault(at path: String, _ progress: (UInt64, UInt64) throws -> Void) throws -> JournalFault? {
        var audit = try JournalAudit(at: path)
        defer { try? audit.queue.close() }
        return try audit.run(progress).fault
    }

    /// One look.
    /// - Returns: whether it came to the head.
    private mutating func read(upTo head: EventChain, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: """
                SELECT e.seq, e.transaction_id, e.version, e.at, e.kind, e.body, e.row_digest, e.hash,
                    t.version, t.state, t.outcome, CASE WHEN t.version = e.version THEN t.body END, e.wall
                FROM event e LEFT JOIN "transaction" t ON t.id = e.transaction_id
                WHERE e.seq > ? ORDER BY e.seq LIMIT \(Self.look)
                """)
        let rows = try Row.fetchCursor(statement, arguments: [Int64(chain.sequence)])
        var count = 0
        while let row = try rows.next() {
            count += 1
            report.fault = check(row, head)
            guard report.fault == nil else { return true }
        }
        guard count < Self.look else { return false }
        report.fault = try checkEnd(head, database)
        return true
    }

    private mutating func check(_ row: Row, _ head: EventChain) -> JournalFault? {
        // A tampered column may have any type.
        let sequence: Int64 = row[0]
        guard let version = row.value(2, Int64.self), let at = row.value(3, Int64.self),
            let kind = row.value(4, String.self), let body = row.value(5, String.self),
            let hash = row.value(7, Data.self), let wall = row.value(12, Int64.self)
        else { return JournalFault(.changed, at: UInt64(bitPattern: sequence)) }
        let event = EventRow(
            sequence: UInt64(bitPattern: sequence), transaction: row.value(1, Data.self),
            version: UInt64(bitPattern: version), at: at, wall: wall, kind: kind, body: body,
            rowDigest: row.value(6, Data.self))
        let expected = chain.sequence + 1
        guard event.sequence <= head.sequence else {
            if chain.sequence < head.sequence { return JournalFault(.missing(found: event.sequence), at: expected) }
            return JournalFault(.beyondHead(head: head.sequence), at: event.sequence)
        }
        guard event.sequence == expected || event.kind == EventRow.restored else {
            return JournalFault(.missing(found: event.sequence), at: expected)
        }
        guard chain.append(event) == hash else { return JournalFault(.changed, at: event.sequence) }
        if event.sequence == head.sequence, chain.hash != head.hash {
            return JournalFault(.headChanged, at: event.sequence)
        }
        if let noted, noted.sequence == event.sequence, noted.hash != Array(chain.hash) {
            return JournalFault(.changed, at: event.sequence)
        }
        report.events += 1
        guard let id = event.transaction else { return nil }
        if event.version == 1 { report.transactions += 1 }
        return checkRow(of: event, id, row)
    }

    /// The transaction's row against the event: it is never older, and what the last event left.
    private func checkRow(of event: EventRow, _ id: Data, _ row: Row) -> JournalFault? {
        guard let version = row.value(8, Int64.self).map(UInt64.init(bitPattern:)) else {
            return JournalFault(.rowMissing(TransactionID(data: id)), at: event.sequence)
        }
        guard version >= event.version else {
            return JournalFault(.rowTakenBack(TransactionID(data: id), version: version), at: event.sequence)
        }
        guard version == event.version else { return nil }
        let found = TransactionRow(
            id: id, state: row.value(9, String.self) ?? "", outcome: row.value(10, String.self), version: version,
            body: row.value(11, Data.self) ?? Data())
        guard found.digest == event.rowDigest else {
            return JournalFault(.rowChanged(TransactionID(data: id)), at: event.sequence)
        }
        return nil
    }

    /// At the head: nothing is missing behind the last event, and every row has as many events as its version says.
    private func checkEnd(_ head: EventChain, _ database: Database) throws -> JournalFault? {
        guard chain.sequence == head.sequence else {
            return JournalFault(.tailMissing(last: chain.sequence), at: chain.sequence + 1)
        }
        guard chain.hash == head.hash else { return JournalFault(.headChanged, at: head.sequence) }
        if let noted, noted.sequence > head.sequence {
            return JournalFault(.tailMissing(last: chain.sequence), at: noted.sequence)
        }
        let sums = try Row.fetchOne(database, sql: #"SELECT count(*), total(version) FROM "transaction""#)
        let own = try Int64.fetchOne(database, sql: "SELECT count(*) FROM event WHERE transaction_id IS NULL") ?? 0
        let (rows, versions): (Int64, Double) = (sums?[0] ?? 0, sums?[1] ?? 0)
        guard rows != Int64(report.transactions) || versions != Double(report.events) - Double(own) else { return nil }
        return try Self.rowWithoutEvents(database)
    }

    /// Sorts all events by transaction, which takes its time; it is known already that one is there.
    private static func rowWithoutEvents(_ database: Database) throws -> JournalFault? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT t.id, t.version, coalesce(e.count, 0) FROM "transaction" t
                LEFT JOIN (SELECT transaction_id, count(*) AS count FROM event GROUP BY 1) e ON e.transaction_id = t.id
                WHERE t.version <> coalesce(e.count, 0) ORDER BY t.id LIMIT 1
                """)
        guard let row else { return nil }
        return JournalFault(
            .rowWithoutEvents(
                row.value(0, Data.self).flatMap { TransactionID(data: $0) },
                version: UInt64(bitPattern: row.value(1, Int64.self) ?? 0),
                events: UInt64(bitPattern: row.value(2, Int64.self) ?? 0)))
    }
}

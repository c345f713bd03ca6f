import Foundation
import GRDB
import RelayDomain
import RelayJournal

/// A row of `event`.
struct EventRow {
    /// The kind of the journal's own event: it was restored from a backup. All other kinds are the domain's.
    static let restored = "restored"

    let sequence: UInt64
    /// The transaction's 17 bytes; nil for an event of the journal itself.
    let transaction: Data?
    /// The transaction's version with this event, counted from 1; 0 for an event of the journal itself.
    let version: UInt64
    /// Relay time, in milliseconds since 1970.
    let at: Int64
    /// Wall time, likewise.
    let wall: Int64
    let kind: String
    let body: String
    /// What the transaction's row was when this event was committed (``TransactionRow/digest``): in the last event of
    /// each commit alone, for the row is written once a commit.
    let rowDigest: Data?

    /// The journal's last event: its time, and its kind.
    static func last(_ database: Database, path: String) throws -> (at: ClockReading, kind: String)? {
        let row = try Row.fetchOne(database, sql: "SELECT at, wall, kind FROM event ORDER BY seq DESC LIMIT 1")
        guard let row else { return nil }
        guard let at = row.value(0, Int64.self), let wall = row.value(1, Int64.self),
            let kind = row.value(2, String.self)
        else { throw JournalError.damaged(path: path, what: "its last event cannot be read") }
        return (ClockReading(relay: Instant(milliseconds: at), wall: Instant(milliseconds: wall)), kind)
    }

    /// The events of a transaction among those of a span of sequences.
    static func events(
        of id: TransactionID, after start: Int64, through end: Int64, _ database: Database, path: String
    ) throws -> [JournalEntry.Event] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT seq, at, kind, body, wall FROM event WHERE seq > ? AND seq <= ? AND transaction_id = ? ORDER BY seq
                """)
        return try Row.fetchAll(statement, arguments: [start, end, id.data]).map { row in
            guard let sequence = row.value(0, UInt64.self), let at = row.value(1, Int64.self),
                let detail = row.value(3, String.self), let wall = row.value(4, Int64.self)
            else { throw JournalError.damaged(path: path, what: "an event of transaction \(id) cannot be read") }
            guard let kind = row.value(2, String.self).flatMap({ JournalEntry.Event.Kind(rawValue: $0) }) else {
                throw JournalError.damaged(path: path, what: "event \(sequence) is of no known kind")
            }
            return JournalEntry.Event(
                sequence: sequence, at: Instant(milliseconds: at), wall: Instant(milliseconds: wall), kind: kind,
                detail: detail)
        }
    }

    /// The rows of one entry.
    static func all(_ entry: JournalEntry, _ row: TransactionRow) -> [EventRow] {
        precondition(entry.transaction.version >= entry.events.count, "a transaction's version counts its events")
        let digest = row.digest
        let first = entry.transaction.version - UInt64(entry.events.count)
        return entry.events.enumerated().map { index, event in
            EventRow(
                sequence: event.sequence, transaction: row.id, version: first + UInt64(index) + 1,
                at: event.at.milliseconds, wall: event.wall.milliseconds, kind: event.kind.rawValue, body: event.detail,
                rowDigest: index == entry.events.count - 1 ? digest : nil)
        }
    }

    /// Writes the row as the next one of the chain.
    func insert(_ database: Database, _ chain: inout EventChain) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO event (seq, transaction_id, version, at, wall, kind, body, row_digest, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.run(database) { values in
            values.add(Int64(sequence))
            values.add(transaction)
            values.add(Int64(version))
            values.add(at)
            values.add(wall)
            values.add(kind)
            values.add(body)
            values.add(rowDigest)
            values.add(chain.append(self))
        }
    }
}

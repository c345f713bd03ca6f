import Foundation
import GRDB
import RelayDomain

/// A row of `sealed_code`: there until the outcome, and the only place that holds sealed bytes.
enum SealedRow {
    static func insert(_ opening: JournalEntry.Opening, of id: Data, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO sealed_code (transaction_id, sealed, reader_key, body_digest) VALUES (?, ?, ?, ?)")
        try statement.run(database) { values in
            values.add(id)
            values.add(opening.sealed.bytes)
            values.add(opening.sealed.readerKey?.text)
            values.add(opening.body.bytes)
        }
    }

    static func delete(of id: Data, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM sealed_code WHERE transaction_id = ?")
            .run(database) { $0.add(id) }
    }
}

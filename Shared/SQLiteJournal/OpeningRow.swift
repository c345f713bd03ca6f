import Foundation
import GRDB
import RelayDomain

/// A row of `opening`: there until the outcome.
enum OpeningRow {
    static func insert(_ opening: JournalEntry.Opening, of id: Data, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO opening (transaction_id, body_digest) VALUES (?, ?)")
        try statement.run(database) { values in
            values.add(id)
            values.add(opening.body.bytes)
        }
    }

    static func delete(of id: Data, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM opening WHERE transaction_id = ?")
            .run(database) { $0.add(id) }
    }
}

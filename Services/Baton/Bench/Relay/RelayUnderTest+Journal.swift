import GRDB

extension RelayUnderTest {
    /// What the journal holds at the end of a run.
    struct JournalCount: Hashable, Codable, Sendable {
        let transactions: Int
        let approved: Int
        let withoutOutcome: Int
    }

    /// Counts the transactions of the journal's file; the router should have ended.
    /// - Throws: ``BenchError/journal(reason:)``.
    func countJournal() throws(BenchError) -> JournalCount {
        do {
            let queue = try DatabaseQueue(path: "\(home.journals)/0.db")
            return try queue.read { database in
                func count(_ condition: String) throws -> Int {
                    try Int.fetchOne(database, sql: #"SELECT count(*) FROM "transaction" WHERE "# + condition) ?? 0
                }
                return JournalCount(
                    transactions: try count("true"), approved: try count("outcome = 'approved'"),
                    withoutOutcome: try count("outcome IS NULL"))
            }
        } catch {
            throw .journal(reason: "\(error)")
        }
    }
}

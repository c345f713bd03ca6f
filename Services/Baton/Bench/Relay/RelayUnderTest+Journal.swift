import GRDB

extension RelayUnderTest {
    /// What the journal holds at the end of a run.
    struct JournalCount: Hashable, Codable, Sendable {
        let transactions: Int
        let approved: Int
        let withoutOutcome: Int
    }

    /// Counts the transactions of the journals' files; the routers should have ended.
    /// - Throws: ``BenchError/journal(reason:)``.
    func countJournals() throws(BenchError) -> JournalCount {
        var sum = JournalCount(transactions: 0, approved: 0, withoutOutcome: 0)
        for number in 0..<journals {
            let count = try count(journal: number)
            sum = JournalCount(
                transactions: sum.transactions + count.transactions, approved: sum.approved + count.approved,
                withoutOutcome: sum.withoutOutcome + count.withoutOutcome)
        }
        return sum
    }

    private func count(journal number: Int) throws(BenchError) -> JournalCount {
        do {
            let queue = try DatabaseQueue(path: "\(home.journals)/\(number).db")
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

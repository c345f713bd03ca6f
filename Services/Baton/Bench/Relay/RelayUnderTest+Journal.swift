import RelayDomain
import SQLiteLog

extension RelayUnderTest {
    /// What the journal holds at the end of a run.
    struct JournalCount: Hashable, Codable, Sendable {
        let transactions: Int
        let approved: Int
        let withoutOutcome: Int
    }

    /// Counts the transactions of the journals; the routers should have ended.
    /// - Throws: ``BenchError/journal(reason:)``.
    func countJournals() throws(BenchError) -> JournalCount {
        var (all, approved, withoutOutcome) = (0, 0, 0)
        do {
            let files = RelayFiles(journals: home.journals, registry: home.registry)
            for number in 0..<UInt8(journals) {
                try JournalReader(files, journal: number).transactions { transactions, unreadable in
                    if let error = unreadable.first { throw error }
                    all += transactions.count
                    approved += transactions.count { if case .approved = $0.outcome { true } else { false } }
                    withoutOutcome += transactions.count { $0.outcome == nil }
                }
            }
        } catch {
            throw .journal(reason: "\(error)")
        }
        return JournalCount(transactions: all, approved: approved, withoutOutcome: withoutOutcome)
    }
}

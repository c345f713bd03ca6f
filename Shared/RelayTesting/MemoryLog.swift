import RelayDomain
import RelayJournal

/// A journal in memory that otherwise keeps a real one's promises.
///
/// After a simulated crash ``recover(term:)`` returns what a router would find.
public struct MemoryLog: Sendable {
    /// The rows, as the last commit left them.
    public private(set) var transactions: [TransactionID: Transaction] = [:]
    /// All events, oldest first.
    public private(set) var events: [(TransactionID, JournalEntry.Event)] = []
    /// What is stored until the outcome.
    private var openings: [TransactionID: JournalEntry.Opening] = [:]
    private var keys: [SubmissionKey: (id: TransactionID, body: KeyedDigest, day: Int64)] = [:]
    /// The used codes, with the day after which they may be deleted.
    private var information: [KeyedDigest: Int64] = [:]
    private var retention = Retention()
    private var cleanedOn: Int64 = 0

    /// A journal without events.
    public init() {}

    /// Adds entries as one commit.
    public mutating func commit(_ entries: [JournalEntry]) {
        let written = entries.flatMap { entry in entry.events.map { (entry.transaction.id, $0) } }
        for (id, event) in written.sorted(by: { $0.1.sequence < $1.1.sequence }) {
            precondition(event.sequence == (events.last?.1.sequence ?? 0) + 1, "sequences grow by one")
            events.append((id, event))
        }
        for entry in entries {
            let id = entry.transaction.id
            let former = transactions[id]?.outcome
            precondition(former == nil || former == entry.transaction.outcome, "an outcome never changes")
            precondition((entry.opening == nil) == (transactions[id] != nil), "an opening comes once, and first")
            transactions[id] = entry.transaction
            if let madeAt = entry.madeAt { retention.advance(to: madeAt) }
            if let opening = entry.opening {
                openings[id] = opening
                keys[entry.transaction.key] = (id, opening.body, retention.keyDay)
            }
            if let used = entry.usedInformation {
                information[used.digest] = information[used.digest] ?? retention.codeDay(used.rest)
            }
            if entry.transaction.outcome != nil { openings[id] = nil }
        }
        forget()
    }

    private mutating func forget() {
        let today = retention.today
        guard today != cleanedOn else { return }
        cleanedOn = today
        keys = keys.filter { $0.value.day >= today }
        information = information.filter { $0.value >= today }
    }

    /// A transaction's events, in order.
    public func events(of id: TransactionID) -> [JournalEntry.Event.Kind] {
        events.filter { $0.0 == id }.map(\.1.kind)
    }

    public func recall(_ questions: [JournalLookup]) -> Recall {
        var recall = Recall()
        for question in questions {
            switch question {
            case .key(let key):
                if let (id, body, _) = keys[key], let transaction = transactions[id] {
                    recall.keys[key] = Recall.Known(transaction: transaction, body: body)
                }
            case .information(let digest):
                if information[digest] != nil { recall.information.insert(digest) }
            case .transaction(let id): recall.transactions[id] = transactions[id]
            }
        }
        return recall
    }

    /// What a router finds when it takes over the journal.
    public mutating func recover(journal: UInt8 = 0, journals: Int = 1, term: UInt64) -> Recovered {
        retention = Retention(elapsed: retention.elapsed)
        let unfinished = transactions.values.filter { $0.outcome == nil }.sorted { $0.id < $1.id }
        return Recovered(
            journal: journal, journals: journals, term: term, sequence: events.last?.1.sequence ?? 0,
            unfinished: unfinished.compactMap { transaction in
                openings[transaction.id].map { Recovered.Unfinished(transaction: transaction, body: $0.body) }
            },
            reopened: transactions.values.filter(\.passage.isReopened).sorted { $0.id < $1.id },
            lastEventAt: events.last.map { ClockReading(relay: $0.1.at, wall: $0.1.wall) })
    }
}

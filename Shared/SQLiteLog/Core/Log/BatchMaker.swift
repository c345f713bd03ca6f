import RelayDomain
import RelayJournal

/// Makes the batch of a commit, and checks that it goes on from what the log holds: no sequence twice, no version left
/// out, no second outcome.
struct BatchMaker {
    private let path: String
    private let standing: Standing
    private let keyed: (SubmissionKey) -> Fingerprint
    private let former: (TransactionID, _ isNew: Bool) throws -> Place?
    private let outcome: (TransactionID, _ batch: UInt64) throws -> Outcome?

    /// - Parameters:
    ///   - path: the journal's, for errors.
    ///   - standing: what is so before the batch.
    ///   - keyed: what the index knows a key by.
    ///   - former: where a transaction's former entry is; nil if it has none.
    ///   - outcome: the outcome that an entry has left.
    init(
        _ path: String, _ standing: Standing, keyed: @escaping (SubmissionKey) -> Fingerprint,
        former: @escaping (TransactionID, _ isNew: Bool) throws -> Place?,
        outcome: @escaping (TransactionID, _ batch: UInt64) throws -> Outcome?
    ) {
        (self.path, self.standing, self.keyed, self.former, self.outcome) = (path, standing, keyed, former, outcome)
    }

    /// - Throws: ``JournalError/damaged(path:what:)`` if the log lacks a transaction's former entry,
    ///   ``JournalError/failed(path:reason:)`` if the entries contradict the log.
    func batch(_ entries: [JournalEntry], _ retention: inout Retention) throws -> Batch {
        let events = entries.flatMap(\.events).sorted { $0.sequence < $1.sequence }
        for (event, sequence) in zip(events, (standing.sequence + 1)...) where event.sequence != sequence {
            throw contradiction("event \(event.sequence) comes where event \(sequence) belongs")
        }
        guard Set(entries.map(\.transaction.id)).count == entries.count else {
            throw contradiction("two entries of one commit are of one transaction")
        }
        var records: [EntryRecord] = []
        records.reserveCapacity(entries.count)
        for entry in entries { records.append(try record(entry, &retention)) }
        var next = standing
        next.elapsed = retention.elapsed
        next.isRestored = false
        if let last = events.last {
            (next.sequence, next.at) = (last.sequence, ClockReading(relay: last.at, wall: last.wall))
        }
        return Batch(kind: .entries, standing: next, entries: records)
    }

    private func record(_ entry: JournalEntry, _ retention: inout Retention) throws -> EntryRecord {
        if let madeAt = entry.madeAt { retention.advance(to: madeAt) }
        let transaction = entry.transaction
        guard transaction.id.journal == standing.journal else {
            throw contradiction("transaction \(transaction.id) is another journal's")
        }
        let place = try former(transaction.id, entry.opening != nil)
        try check(entry, follows: place)
        return EntryRecord(
            id: transaction.id, former: place?.batch ?? 0, first: place?.first ?? 0, version: transaction.version,
            isOpen: transaction.isOpen, hasOutcome: transaction.outcome != nil,
            opening: entry.opening.map {
                (EntryRecord.Mark(fingerprint: keyed(transaction.key), day: retention.keyDay), $0.body)
            },
            used: entry.usedInformation.map {
                EntryRecord.Mark(fingerprint: Fingerprint($0.digest), day: retention.codeDay($0.rest))
            },
            events: entry.events, state: TransactionBytes.bytes(transaction)[...])
    }

    private func check(_ entry: JournalEntry, follows place: Place?) throws {
        let transaction = entry.transaction
        guard (place == nil) == (entry.opening != nil) else {
            if place != nil { throw contradiction("transaction \(transaction.id) begins twice") }
            throw JournalError.damaged(path: path, what: "the former entry of transaction \(transaction.id) is missing")
        }
        guard transaction.version == (place?.version ?? 0) + UInt64(entry.events.count) else {
            throw contradiction("a version of transaction \(transaction.id) was left out")
        }
        guard let place, place.hasOutcome else { return }
        guard try outcome(transaction.id, place.batch) == transaction.outcome else {
            throw contradiction("transaction \(transaction.id) has its outcome, which never changes")
        }
    }

    private func contradiction(_ reason: String) -> JournalError { .failed(path: path, reason: reason) }
}

import RelayDomain
import RelayTesting

/// What a router reads in its journal, beside what was committed: each field, but for what no journal stores.
enum ReadBack {
    /// What a claim found.
    static func faults(of recovered: Recovered, beside log: MemoryLog) -> [String] {
        var log = log
        let truth = log.recover(journal: recovered.journal, journals: recovered.journals, term: recovered.term)
        var faults: [String] = []
        if recovered.sequence != truth.sequence || recovered.lastEventAt != truth.lastEventAt || recovered.wasRestored {
            faults.append("the last event is taken over as \(recovered.sequence), not \(truth.sequence)")
        }
        func transactions(_ recovered: Recovered) -> [TransactionID: Transaction] {
            Dictionary(uniqueKeysWithValues: recovered.unfinished.map { ($0.transaction.id, $0.transaction) })
        }
        func bodies(_ recovered: Recovered) -> [TransactionID: KeyedDigest] {
            Dictionary(uniqueKeysWithValues: recovered.unfinished.map { ($0.transaction.id, $0.body) })
        }
        func reopened(_ recovered: Recovered) -> [TransactionID: Transaction] {
            Dictionary(uniqueKeysWithValues: recovered.reopened.map { ($0.id, $0) })
        }
        faults += differences(transactions(recovered), transactions(truth)).map { "taken over unfinished: \($0)" }
        faults += differences(reopened(recovered), reopened(truth)).map { "taken over reopened: \($0)" }
        let (found, expected) = (bodies(recovered), bodies(truth))
        faults += expected.keys.sorted().filter { found[$0] != expected[$0] }.map {
            "taken over unfinished: \($0.short) with the body of another submission"
        }
        return faults
    }

    /// What a journal has answered.
    /// - Parameter asked: also what was not looked up, because the journal surely does not know it.
    static func faults(of recall: Recall, asked: [JournalLookup], beside log: MemoryLog) -> [String] {
        let truth = log.recall(asked.filter { recall.unreadable[$0] == nil })
        var faults = differences(recall.transactions, truth.transactions).map { "recalled: \($0)" }
        for key in Set(recall.keys.keys).union(truth.keys.keys).sorted(by: { $0.line < $1.line }) {
            let (found, expected) = (recall.keys[key], truth.keys[key])
            if found?.body != expected?.body { faults.append("recalled: \(key.line) with another body") }
            if let fault = difference(found?.transaction, expected?.transaction) {
                faults.append("recalled: \(key.line) leads to \(fault)")
            }
        }
        if recall.information != truth.information {
            faults.append("recalled: \(recall.information.count) used codes, not \(truth.information.count)")
        }
        if let archived = recall.archived.min() { faults.append("recalled: \(archived.short) is archived") }
        return faults
    }

    private static func differences(
        _ found: [TransactionID: Transaction], _ expected: [TransactionID: Transaction]
    ) -> [String] {
        Set(found.keys).union(expected.keys).sorted().compactMap { difference(found[$0], expected[$0]) }
    }

    private static func difference(_ found: Transaction?, _ expected: Transaction?) -> String? {
        switch (found, expected?.asStored) {
        case (nil, nil): nil
        case (let found?, nil): "\(found.id.short), which is none of these"
        case (nil, let expected?): "nothing for \(expected.id.short)"
        case (let found?, let expected?):
            found == expected ? nil : "\(expected.id.short) with another \(found.fields(otherThanIn: expected))"
        }
    }
}

extension Transaction {
    /// Without what only a running router knows: how often it has asked, and whether a socket took the authorization.
    fileprivate var asStored: Transaction {
        var stored = self
        let state: TransactionStateMachine.State =
            if case .authorizing = passage.state { .authorizing(.done) } else { passage.state }
        stored.passage = TransactionStateMachine(
            state, entered: passage.entered, isCancelRequested: passage.isCancelRequested)
        if let command, case .issued = command.state {
            stored.command = CommandStateMachine(
                carrier: command.carrier, issuedAt: command.issuedAt, expiresAt: command.expiresAt,
                codeExpiresAt: command.codeExpiresAt, state: .issued(attempts: 0))
        }
        return stored
    }

    /// The names of the fields that another has otherwise.
    fileprivate func fields(otherThanIn other: Transaction) -> String {
        zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children)
            .filter { "\($0.value)" != "\($1.value)" }.map { $0.0.label ?? "" }.joined(separator: ", ")
    }
}

/// Compares the journal, the ledger, and what phones and terminals were told of each transaction.
struct Examination: Sendable {
    private struct Entries {
        var bookings: [LedgerWitnessEntry] = []
        var reversals = 0
        var net: Int { bookings.count - reversals }
    }

    private(set) var findings: [Finding] = []

    init(_ evidence: WitnessEvidence) {
        var entries: [String: Entries] = [:]
        for entry in evidence.ledger {
            switch entry.kind {
            case .booking: entries[entry.transaction, default: Entries()].bookings.append(entry)
            case .reversal: entries[entry.transaction, default: Entries()].reversals += 1
            case .kill: break
            }
        }
        let rows = Dictionary(evidence.journal.map { ($0.id, $0) }) { first, _ in first }
        // A POS has its own transaction IDs; the digits of two codes may be equal by chance.
        let strangers = entries.filter { rows[$0.key] == nil }
        let byWho = Dictionary(grouping: strangers.values) { $0.bookings.first?.who ?? "" }
        for row in evidence.journal {
            examine(row, entries[row.id] ?? Entries())
            if row.isPaired { examine(row, atPOS: evidence, byWho) }
        }
        examineKeys(evidence.journal)
        examineStrangers(evidence, rows, entries)
        examineSeen(evidence, rows)
    }

    private mutating func find(_ kind: Finding.Kind, _ transaction: String, _ what: String) {
        findings.append(Finding(kind: kind, transaction: transaction, what: what))
    }

    /// Checks a transaction that the relay sent to the destination.
    private mutating func examine(_ row: JournalRow, _ entries: Entries) {
        let isMarked = !row.marks.isEmpty
        if row.outcome == nil, !isMarked { find(.undecided, row.id, "is \(row.state), without a mark") }
        if entries.bookings.count > 1 { find(.doubled, row.id, "was booked \(entries.bookings.count) times") }
        if entries.reversals > entries.bookings.count { find(.strange, row.id, "was taken back more than booked") }
        if let sum = entries.bookings.first?.amount, let settled = row.minorUnits, sum.minorUnits != settled {
            find(.strange, row.id, "\(settled) was settled, \(sum.minorUnits) booked")
        }
        if row.isPaired {
            if !entries.bookings.isEmpty { find(.doubled, row.id, "was booked on the relay's line and given to a POS") }
        } else if let outcome = row.outcome, !isMarked {
            let isApproved = outcome == "approved"
            if isApproved, entries.net < 1 { find(.lost, row.id, "is approved, and not booked") }
            if !isApproved, entries.net > 0 { find(.doubled, row.id, "is \(outcome), and booked") }
        }
    }

    /// Checks a transaction that a POS sent to the destination, under an ID of its own.
    private mutating func examine(_ row: JournalRow, atPOS evidence: WitnessEvidence, _ byWho: [String: [Entries]]) {
        let net: Int
        if let who = evidence.whoAtPOS[row.key] {
            let own = byWho[who] ?? []
            if own.contains(where: { $0.bookings.count > 1 }) { find(.doubled, row.id, "its POS booked twice") }
            net = own.reduce(0) { $0 + $1.net }
        } else if let points = evidence.pointsAtPOS[row.key] {
            guard points == 0 || evidence.saleAtPOS.contains(abs(points)) else {
                return find(.doubled, row.id, "its POS moved \(points) points")
            }
            net = points == 0 ? 0 : 1
        } else {
            return
        }
        if net > 1 { find(.doubled, row.id, "its POS booked \(net) times") }
        guard let outcome = row.outcome, row.marks.isEmpty, outcome != "handedOver" else { return }
        if outcome == "approved", net < 1 { find(.lost, row.id, "is approved, and its POS has not booked it") }
        if outcome != "approved", net > 0 { find(.doubled, row.id, "is \(outcome), and its POS has booked it") }
    }

    /// Checks that one key has one transaction.
    private mutating func examineKeys(_ journal: [JournalRow]) {
        for (key, rows) in Dictionary(grouping: journal, by: { "\($0.isScan) \($0.key)" }) where rows.count > 1 {
            find(.doubled, rows[1].id, "has the key \(key) of \(rows[0].id)")
        }
    }

    /// Bookings of transactions that are not in the journal must be the POS programs' own.
    private mutating func examineStrangers(
        _ evidence: WitnessEvidence, _ rows: [String: JournalRow], _ entries: [String: Entries]
    ) {
        let known = Set(rows.values.compactMap { evidence.whoAtPOS[$0.key] })
        for (transaction, entries) in entries where rows[transaction] == nil {
            guard let who = entries.bookings.first?.who, !who.hasPrefix("member"), !known.contains(who) else {
                continue
            }
            find(.lost, transaction, "is booked, and no journal knows it")
        }
    }

    private mutating func examineSeen(_ evidence: WitnessEvidence, _ rows: [String: JournalRow]) {
        for (transaction, seen) in evidence.seen {
            guard let row = rows[transaction] else {
                find(.lost, transaction, "was told of, and is in no journal")
                continue
            }
            if let outcome = seen.outcome, outcome != row.outcome {
                find(.changed, transaction, "was told as \(outcome), and is \(row.outcome ?? row.state)")
            }
        }
        for (transaction, told) in evidence.toldInTheEnd {
            guard let row = rows[transaction], let told, told != row.outcome else { continue }
            find(.changed, transaction, "is told as \(told), and the journal says \(row.outcome ?? row.state)")
        }
    }
}

import Logging
import RelayDomain

/// What a router's log tells of its transactions, once it is durable: one line for each that has its outcome, for each
/// mark, and for what was found at a start. Everything else is in the journal.
struct RouterLog {
    private let logger = Logger(label: "router")

    func durable(_ entries: [JournalEntry]) {
        for entry in entries {
            for event in entry.events { tell(event, of: entry.transaction) }
        }
    }

    /// The journal was claimed.
    func claimed(_ recovered: Recovered) {
        logger.info(
            "journal claimed",
            metadata: [
                "journal": "\(recovered.journal)", "term": "\(recovered.term)",
                "unfinished": "\(recovered.unfinished.count)", "reopened": "\(recovered.reopened.count)",
            ])
    }

    private func tell(_ event: JournalEntry.Event, of transaction: Transaction) {
        switch event.kind {
        case .concluded: logger.info("outcome", metadata: facts(of: transaction, event))
        case .marked: logger.warning("marked: a person has to look", metadata: facts(of: transaction, event))
        case .reopened:
            logger.notice("approved after the reversal: asked again", metadata: facts(of: transaction, event))
        case .reconciled: logger.notice("closed by a person", metadata: facts(of: transaction, event))
        case .accepted, .deviceReceived, .authorizing, .pendingCustomer, .unknown, .cancelRequested, .reversing,
            .answered, .evidence:
            break
        }
    }

    /// - Returns: the path's facts; never information, sealed or open.
    private func facts(of transaction: Transaction, _ event: JournalEntry.Event) -> Logger.Metadata {
        var facts: Logger.Metadata = [
            "transaction": "\(transaction.id)", "terminal": "\(transaction.terminal)",
            "destination": "\(transaction.destination)", "operation": "\(transaction.operation.rawValue)",
            "sent": "\(transaction.sent.rawValue)", "detail": "\(event.detail)",
        ]
        if let pos = transaction.pos { facts["pos"] = "\(pos)" }
        if let amount = transaction.amount { facts["amount"] = "\(amount)" }
        return facts
    }
}

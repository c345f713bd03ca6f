import Logging
import RelayDomain
import ServiceRuntime

/// What a router's log tells of its transactions, once it is durable: one line for each that has its outcome, for each
/// mark, and for what was found at a start. Everything else is in the journal.
struct RouterLog {
    /// What a recall could not answer.
    private enum Lack { case archived, damaged }

    private let logger = Logger(label: "router")
    private var lacking = LogThrottle<Lack>()

    func durable(_ entries: [JournalEntry]) {
        for entry in entries {
            for event in entry.events { tell(event, of: entry.transaction) }
        }
    }

    /// Whoever asks may ask again and again: one line a second.
    mutating func recalled(_ recall: Recall) {
        if let id = recall.archived.min(), let leftOut = lacking.admit(about: .archived, now: .now) {
            logger.notice(
                "asked about an archived transaction", metadata: ["transaction": "\(id)", "leftOut": "\(leftOut)"])
        }
        if let reason = recall.unreadable.values.min(), let leftOut = lacking.admit(about: .damaged, now: .now) {
            logger.error("journal is damaged", metadata: ["reason": "\(reason)", "leftOut": "\(leftOut)"])
        }
    }

    /// The journal was claimed.
    /// - Parameter engine: what stores it.
    func claimed(_ recovered: Recovered, in engine: String) {
        logger.info(
            "journal claimed",
            metadata: [
                "journal": "\(recovered.journal)", "term": "\(recovered.term)", "engine": "\(engine)",
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
        var facts = Logger.Metadata(minimumCapacity: 8)
        facts["transaction"] = "\(transaction.id)"
        facts["terminal"] = "\(transaction.terminal)"
        facts["destination"] = "\(transaction.destination)"
        facts["operation"] = "\(transaction.operation.rawValue)"
        facts["sent"] = "\(transaction.sent.rawValue)"
        facts["detail"] = "\(event.detail)"
        if let pos = transaction.pos { facts["pos"] = "\(pos)" }
        if let amount = transaction.amount { facts["amount"] = "\(amount)" }
        return facts
    }
}

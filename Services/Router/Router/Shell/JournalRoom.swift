import Logging
import RelayDomain
import ServiceRuntime

/// Reports to operators that a journal has no room for new transactions: its index cannot follow the log.
struct JournalRoom {
    private let health: Health.Part
    private let logger = Logger(label: "router")
    /// What was reported last; nil before the first time.
    private var told: Bool?

    init(_ health: Health.Part) { self.health = health }

    /// It is a warning, never a lack of readiness: what is under way goes on, and another router would find the same
    /// disk.
    mutating func look(at journal: Recovered, hasRoom: Bool, _ metrics: RouterMetrics) {
        metrics.journal(journal.journal, isFull: !hasRoom)
        guard told != hasRoom else { return }
        let writes = "writes journal \(journal.journal) in term \(journal.term)"
        if hasRoom {
            if told != nil { logger.notice("journal has room again", metadata: ["journal": "\(journal.journal)"]) }
            health.ready(writes)
        } else {
            logger.error("journal has no room for new transactions", metadata: ["journal": "\(journal.journal)"])
            health.warning("\(writes), and accepts no new transactions: its index cannot follow; look at its disk")
        }
        told = hasRoom
    }
}

import Logging
import RelayJournal
import ServiceRuntime

/// Reports an index that does not follow its log to operators, in the log and readiness. Commits go on without it.
struct IndexWatch {
    /// How often the log repeats that it still does not follow, while looks come each second.
    private static let repeated = 60

    private let health: Health.Part
    private let logger = Logger(label: "router")
    private var trouble: String?
    private var looks = 0

    init(_ health: Health.Part) {
        self.health = health
        health.ready()
    }

    /// The journal was claimed.
    func claimed(_ journal: some Journal) {
        guard let why = journal.indexRebuiltBecause else { return }
        logger.warning("index was built anew", metadata: ["reason": "\(why)"])
    }

    /// Called each second. It is a warning, never a lack of readiness: a standby would have the same disk.
    mutating func look(at footprint: JournalFootprint) {
        defer { trouble = footprint.indexTrouble }
        guard let now = footprint.indexTrouble else {
            health.ready()
            if trouble != nil { logger.notice("index follows the log again") }
            return
        }
        health.warning("the index does not follow the log: \(now)")
        looks = trouble == nil ? 0 : looks + 1
        guard looks.isMultiple(of: Self.repeated) else { return }
        logger.error(
            "index does not follow the log",
            metadata: ["reason": "\(now)", "unindexed": "\(footprint.unindexedEvents)"])
    }
}

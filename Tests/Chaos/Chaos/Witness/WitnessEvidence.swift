/// The evidence at the end of a run: the journal, the sandbox's bookings, and what was told.
struct WitnessEvidence: Sendable {
    var journal: [JournalRow] = []
    var ledger: [LedgerWitnessEntry] = []
    var seen: [String: History.Seen] = [:]
    /// The name in the ledger's bookings of a code that a POS entered, by the phone's key.
    var whoAtPOS: [String: String] = [:]
    /// How many points a membership that was used once at a POS changed by, by the phone's key.
    var pointsAtPOS: [String: Int64] = [:]
    /// How many points a sale at each POS changes a membership by.
    var saleAtPOS: Set<Int64> = []
    /// The outcomes that the ingress told in the end, by transaction; nil: none yet.
    var toldInTheEnd: [String: String?] = [:]
}

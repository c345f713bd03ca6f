/// All that is known at the end of a run: what the journal holds, what the sandbox has booked, what was told.
struct WitnessEvidence: Sendable {
    var journal: [JournalRow] = []
    var ledger: [LedgerWitnessEntry] = []
    var seen: [String: History.Seen] = [:]
    /// What stands in the ledger beside bookings of a code that a POS entered: by the phone's key.
    var whoAtPOS: [String: String] = [:]
    /// By how many points a membership changed that one phone used once at a POS: by the phone's key.
    var pointsAtPOS: [String: Int64] = [:]
    /// By how many points a sale at each POS changes a membership.
    var saleAtPOS: Set<Int64> = []
    /// The outcomes that the ingress told in the end, by transaction; nil: none yet.
    var toldInTheEnd: [String: String?] = [:]
}

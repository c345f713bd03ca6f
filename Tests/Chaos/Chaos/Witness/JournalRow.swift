import RelayDomain

/// A transaction as the journal holds it, as far as the examination needs it.
struct JournalRow: Hashable, Sendable {
    let id: String
    /// The phone's key, or the scan's.
    let key: String
    let isScan: Bool
    /// Whether a POS carried it out, on its own line.
    let isPaired: Bool
    let state: String
    /// As ``Outcome/told``; nil while it is undecided.
    let outcome: String?
    /// The sum that was agreed on.
    let minorUnits: Int64?
    /// Why a person has to look at it.
    let marks: [String]
    let events: [Event]

    struct Event: Hashable, Sendable {
        let at: Int64
        let kind: String
        let detail: String
    }

    /// How long nobody knew what the destination had decided; nil if it was never so, or still is.
    var unknownFor: Duration? {
        guard let begin = events.first(where: { $0.kind == "unknown" }),
            let end = events.first(where: { $0.kind == "concluded" })
        else { return nil }
        return .milliseconds(max(0, end.at - begin.at))
    }
}

import RelayDomain

/// A transaction's row in the journal, as far as the examination needs it.
struct JournalRow: Hashable, Sendable {
    let id: String
    /// The phone's key, or the scan's.
    let key: String
    let isScan: Bool
    /// Whether a POS carried it out, on its own connection.
    let isPaired: Bool
    let state: String
    /// As ``Outcome/told``; nil while there is none.
    let outcome: String?
    /// The amount that was agreed on.
    let minorUnits: Int64?
    /// Why a person has to check it.
    let marks: [String]
    let events: [Event]

    struct Event: Hashable, Sendable {
        let at: Int64
        let kind: String
        let detail: String
    }

    /// How long the destination's decision was unknown; nil if it never was, or still is.
    var unknownFor: Duration? {
        guard let begin = events.first(where: { $0.kind == "unknown" }),
            let end = events.first(where: { $0.kind == "concluded" })
        else { return nil }
        return .milliseconds(max(0, end.at - begin.at))
    }
}

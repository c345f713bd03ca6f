/// The link for each journal: the one whose router has the highest term.
///
/// Two routers may claim one journal for a moment: an old writer that has not noticed its end yet, and the new one. The
/// term, which grows with every writer, distinguishes them.
struct JournalClaims<ID: Hashable & Sendable> {
    enum Verdict: Equatable {
        /// The link is used for the journal from now on; `displaced` was until now.
        case granted(displaced: ID?)
        /// Another link has the same or a higher term.
        case refused
    }

    private var claims: [UInt8: (term: UInt64, link: ID)] = [:]

    /// Decides about a link's welcome.
    mutating func claim(journal: UInt8, term: UInt64, by link: ID) -> Verdict {
        let present = claims[journal]
        if let present, present.link != link, present.term >= term { return .refused }
        claims[journal] = (term, link)
        return .granted(displaced: present?.link == link ? nil : present?.link)
    }

    /// Removes the claim of a lost link.
    mutating func release(_ link: ID) {
        claims = claims.filter { $0.value.link != link }
    }

    /// The link to a journal.
    func link(to journal: UInt8) -> ID? { claims[journal]?.link }

    /// The journals that can be reached, in order.
    var journals: [UInt8] { claims.keys.sorted() }
}

/// The link for each journal: the one whose router has the highest term.
///
/// Two routers may claim one journal for a moment: an old writer that has not noticed its end yet, and the new one. The
/// term, which grows with every writer, distinguishes them, and it stands when the new writer's link is lost: what the
/// old one answers comes from a journal that has gone on without it.
struct JournalClaims<ID: Hashable & Sendable> {
    enum Verdict: Equatable {
        /// The link is used for the journal from now on; `displaced` was until now.
        case granted(displaced: ID?)
        /// Another link has the same router.
        case refused
        /// The journal has had a writer of a higher term.
        case outdated(by: UInt64)
    }

    /// The highest term of each journal, and the link to its writer; nil: it is lost.
    private var claims: [UInt8: (term: UInt64, link: ID?)] = [:]

    /// Decides about a link's welcome.
    mutating func claim(journal: UInt8, term: UInt64, by link: ID) -> Verdict {
        let known = claims[journal]
        if let known, term < known.term { return .outdated(by: known.term) }
        let present = known?.link
        if let present, present != link, known?.term == term { return .refused }
        claims[journal] = (term, link)
        return .granted(displaced: present == link ? nil : present)
    }

    /// Removes the claim of a lost link.
    mutating func release(_ link: ID) {
        for (journal, claim) in claims where claim.link == link { claims[journal] = (claim.term, nil) }
    }

    /// The link to a journal.
    func link(to journal: UInt8) -> ID? { claims[journal]?.link }

    /// The journals that can be reached, in order.
    var journals: [UInt8] { claims.filter { $0.value.link != nil }.keys.sorted() }
}

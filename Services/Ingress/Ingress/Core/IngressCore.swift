import RelayDomain

/// Everything that the ingress decides between a phone's query and its answer: to which journal a query goes, what
/// happens to it when a link is lost, and what the phone is answered. A pure value; ``RouterClient`` is its shell.
///
/// A query whose link is lost is repeated on the journal's next link, with what is left of the wait. For a submission
/// that is safe because of its idempotency key: it leads to one transaction, however often it arrives. The repeat also
/// brings its sealed bytes again, which no journal holds.
package struct IngressCore {
    /// One phone's request that waits for its answer.
    package struct QueryID: Hashable, Sendable {
        let number: UInt64
        package init(number: UInt64) { self.number = number }
    }

    package enum Input {
        case phoneRequested(QueryID, PhoneQuery, wait: Duration)
        /// A journal's router has welcomed this process; `journals` is the number of journals.
        case opened(journal: UInt8, journals: Int)
        case lost(journal: UInt8)
        /// How an attempt ended; its number is that of ``Output/request``.
        case ended(QueryID, attempt: Int, Ending)
        /// The process is told to end: no request waits for an outcome any more.
        case draining
    }

    /// How one attempt ended.
    package enum Ending {
        case reply(RouterReply)
        /// The router could not read it, so it did not act on it.
        case unread
        case noReply
        case linkLost
        /// It was never sent, because no router is linked or too many requests wait already.
        case unreachable
        case full
    }

    package enum Output {
        /// Ask a journal's router, which is to answer at the latest in `wait`; give up after `limit`.
        case request(QueryID, attempt: Int, journal: UInt8, PhoneQuery, wait: Duration, limit: Duration)
        case answer(QueryID, PhoneAnswer)
    }

    /// How long after the end of its wait a query may still be answered.
    static let margin = Duration.seconds(2)
    /// How often one query is asked at most.
    static let attemptsMax = 8

    private struct Pending {
        let query: PhoneQuery
        let journal: UInt8
        /// Until when the phone waits for the outcome.
        var waitsUntil: ContinuousClock.Instant
        /// When it gets an answer at the latest.
        var answeredBy: ContinuousClock.Instant
        var attempt = 0
    }

    package init() {}

    private var pending: [QueryID: Pending] = [:]
    /// Those that wait for their journal's next link, and until when.
    private var stranded: [QueryID: ContinuousClock.Instant] = [:]
    private var open: Set<UInt8> = []
    private var journals: Int?
    private var isDraining = false

    /// When time alone changes something.
    package var nextDue: ContinuousClock.Instant? { stranded.values.min() }

    /// How many queries wait for their answer.
    var waiting: Int { pending.count }

    /// Whether every journal can be reached, and which cannot.
    var missing: [UInt8]? {
        journals.map { journals in (0..<UInt8(clamping: journals)).filter { !open.contains($0) } }
    }

    /// One turn over what arrived together.
    package mutating func step(_ inputs: [Input], now: ContinuousClock.Instant) -> [Output] {
        var outputs: [Output] = []
        for input in inputs {
            switch input {
            case .phoneRequested(let id, let query, let wait): begin(id, query, wait: wait, now: now, &outputs)
            case .opened(let journal, let journals):
                open.insert(journal)
                self.journals = journals
                for id in stranded.keys.sorted(by: { $0.number < $1.number }) where pending[id]?.journal == journal {
                    startAttempt(id, now: now, &outputs)
                }
            case .lost(let journal): open.remove(journal)
            case .ended(let id, let attempt, let ending):
                end(id, attempt: attempt, ending, now: now, &outputs)
            case .draining: drain(now: now, &outputs)
            }
        }
        let due = stranded.filter { $0.value <= now }.keys
        for id in due.sorted(by: { $0.number < $1.number }) { giveUp(id, &outputs) }
        return outputs
    }

    private mutating func begin(
        _ id: QueryID, _ query: PhoneQuery, wait: Duration, now: ContinuousClock.Instant, _ outputs: inout [Output]
    ) {
        guard let journals else { return outputs.append(.answer(id, .problem(Self.notReached))) }
        guard let journal = query.journal(outOf: journals) else {
            return outputs.append(.answer(id, .problem(Problem(.unknownTransaction))))
        }
        let waitsUntil = now + (isDraining ? .zero : wait)
        pending[id] = Pending(
            query: query, journal: journal, waitsUntil: waitsUntil, answeredBy: waitsUntil + Self.margin)
        // Refused at once instead of waiting for a router: nothing was sent, and the phone can repeat.
        guard open.contains(journal) else { return conclude(id, .problem(Self.notReached), &outputs) }
        startAttempt(id, now: now, &outputs)
    }

    private mutating func startAttempt(_ id: QueryID, now: ContinuousClock.Instant, _ outputs: inout [Output]) {
        stranded[id] = nil
        guard var entry = pending[id] else { return }
        entry.attempt += 1
        pending[id] = entry
        outputs.append(
            .request(
                id, attempt: entry.attempt, journal: entry.journal, entry.query,
                wait: max(.zero, entry.waitsUntil - now), limit: max(.zero, entry.answeredBy - now)))
    }

    private mutating func end(
        _ id: QueryID, attempt: Int, _ ending: Ending, now: ContinuousClock.Instant, _ outputs: inout [Output]
    ) {
        guard let entry = pending[id] else { return }
        if case .reply(let reply) = ending {  // From any attempt: it answers the query.
            return conclude(id, answer(to: entry.query, isRepeat: attempt > 1, reply), &outputs)
        }
        guard attempt == entry.attempt else { return }  // A later attempt is in progress.
        // Before a second attempt there was a first, which the router may have acted on.
        let sent: Certainty = attempt == 1 ? .no : .maybe
        switch ending {
        case .reply: break
        case .unread: conclude(id, .problem(Problem(.internalError, sent: sent)), &outputs)
        case .full: conclude(id, .problem(Problem(.overloaded, sent: sent)), &outputs)
        // Silence is not a refusal: the answer says `sent: maybe`.
        case .noReply: giveUp(id, &outputs)
        case .unreachable:
            attempt == 1 ? conclude(id, .problem(Self.notReached), &outputs) : strand(id)
        case .linkLost:
            if attempt >= Self.attemptsMax {
                giveUp(id, &outputs)
            } else if open.contains(entry.journal) {
                startAttempt(id, now: now, &outputs)
            } else {
                strand(id)
            }
        }
    }

    /// Lets a query wait for the journal's next link.
    private mutating func strand(_ id: QueryID) { stranded[id] = pending[id]?.answeredBy }

    private func answer(to query: PhoneQuery, isRepeat: Bool, _ reply: RouterReply) -> PhoneAnswer {
        switch (query, reply) {
        case (.submit, .status(let status)), (.status, .status(let status)), (.cancel, .status(let status)):
            .status(status)
        case (.terminal, .terminal(let info)): .terminal(info)
        case (.submit, .refused) where isRepeat:
            // Not accepted now, but an earlier attempt may still be on its way.
            .problem(Problem(.relayLost))
        case (_, .refused(let refused)): .problem(Problem(refused))
        case (.submit, _), (.status, _), (.cancel, _), (.terminal, _): .problem(Problem(.internalError, sent: .maybe))
        }
    }

    /// Ends all waits: repeats each query without a wait, so that its phone gets an ID before the process ends.
    private mutating func drain(now: ContinuousClock.Instant, _ outputs: inout [Output]) {
        guard !isDraining else { return }
        isDraining = true
        for id in pending.keys.sorted(by: { $0.number < $1.number }) {
            guard let entry = pending[id], entry.waitsUntil > now else { continue }
            pending[id]?.waitsUntil = now
            pending[id]?.answeredBy = now + Self.margin
            if stranded[id] != nil {
                stranded[id] = now + Self.margin
            } else {
                startAttempt(id, now: now, &outputs)
            }
        }
    }

    private mutating func giveUp(_ id: QueryID, _ outputs: inout [Output]) {
        conclude(id, .problem(Problem(.relayLost)), &outputs)
    }

    private mutating func conclude(_ id: QueryID, _ answer: PhoneAnswer, _ outputs: inout [Output]) {
        pending[id] = nil
        stranded[id] = nil
        outputs.append(.answer(id, answer))
    }

    /// Nothing was sent: a repeat is safe.
    private static var notReached: Problem { Problem(.relayLost, sent: .no) }
}

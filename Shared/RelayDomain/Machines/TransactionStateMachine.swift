/// What became of one transaction: where it is between acceptance and its one outcome.
public struct TransactionStateMachine: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        /// Durable, and not yet on its way.
        case accepted
        /// A device has been told what to do.
        case commanded
        /// The decision to ask the destination is durable.
        case authorizing(since: Instant, Handover)
        /// The destination asks its customer first.
        case pendingCustomer(since: Instant)
        /// The destination was asked and nobody knows what it decided. Never the same as failed.
        case unknown(since: Instant)
        case ended(Outcome)
    }

    /// Whether `authorize` has been handed to a socket; it is handed to one once.
    public enum Handover: Hashable, Sendable { case waiting, done }

    public enum Event: Hashable, Sendable {
        /// A command was made.
        case commanded
        /// The command ended.
        case commandEnded(CommandEnd)
        /// The information may go to the destination: the terminal submitted it, or a terminal alone scanned it.
        case submitted
        /// The submission cannot be passed on.
        case submissionFailed(FailureReason)
        /// The request is on its way to a ready adapter's socket.
        case handedOver
        /// The socket did not take it: it has not left, and another adapter may get it.
        case notTaken
        /// The destination answered the authorization.
        case destinationAnswered(DestinationAnswer)
        /// The adapter that had the request is gone.
        case adapterLost
        /// ``deadline`` may have passed.
        case timePassed
        /// This process has just taken the transaction over from the journal.
        case restarted
    }

    public enum Action: Hashable, Sendable {
        /// Hand the request to a ready adapter as soon as the decision is durable.
        case authorize
        /// The outcome is certain.
        case conclude(Outcome)
        /// A person has to look at this.
        case mark(ReconciliationReason)
        /// Nothing changes.
        case outOfTurn
    }

    public private(set) var state: State

    public init(_ state: State = .accepted) { self.state = state }

    public var outcome: Outcome? {
        if case .ended(let outcome) = state { outcome } else { nil }
    }

    /// When the machine wants to hear ``Event/timePassed``; nil where it waits for something else.
    public var deadline: Instant? {
        switch state {
        case .authorizing(let since, .waiting): since + Limits.handover
        case .authorizing(let since, .done): since + Limits.destination
        case .pendingCustomer(let since): since + Limits.customer
        case .accepted, .commanded, .unknown, .ended: nil
        }
    }

    /// Whether the device's slot is still taken: a silent destination frees it.
    public var holdsDevice: Bool {
        switch state {
        case .accepted, .commanded, .authorizing, .pendingCustomer: true
        case .unknown, .ended: false
        }
    }

    /// Whether anything can have reached the destination by way of the relay.
    public var sent: Certainty {
        switch state {
        case .accepted, .commanded, .authorizing(_, .waiting): .no
        case .authorizing(_, .done), .unknown: .maybe
        case .pendingCustomer: .yes
        case .ended(let outcome): outcome.sent
        }
    }

    /// Advances by one event at the router's time `now`.
    public mutating func apply(_ event: Event, at now: Instant) -> [Action] {
        switch (state, event) {
        case (.accepted, .commanded):
            state = .commanded
            return []
        case (.accepted, .submitted), (.commanded, .submitted):
            state = .authorizing(since: now, .waiting)
            return [.authorize]
        case (.accepted, .submissionFailed(let reason)), (.commanded, .submissionFailed(let reason)):
            return conclude(.failed(reason))
        case (.commanded, .commandEnded(let end)):
            return commandEnded(end)

        case (.authorizing(let since, .waiting), .handedOver):
            state = .authorizing(since: since, .done)
            return []
        case (.authorizing(let since, .done), .notTaken):
            state = .authorizing(since: since, .waiting)
            return [.authorize]
        case (.authorizing(_, .waiting), .timePassed):
            guard isDue(at: now) else { return [] }
            return conclude(.failed(.destinationUnavailable))

        case (.authorizing, .destinationAnswered(let answer)), (.pendingCustomer, .destinationAnswered(let answer)),
            (.unknown, .destinationAnswered(let answer)):
            return answered(answer, at: now)

        case (.authorizing(_, .done), .timePassed), (.pendingCustomer, .timePassed):
            guard isDue(at: now) else { return [] }
            state = .unknown(since: now)  // Silence is no refusal: the destination may hold the money already.
            return []
        case (.authorizing(_, .done), .adapterLost), (.authorizing, .restarted), (.pendingCustomer, .adapterLost):
            state = .unknown(since: now)
            return []
        case (.pendingCustomer, .restarted), (.unknown, .restarted), (.commanded, .restarted), (.ended, .restarted):
            return []
        case (.accepted, .restarted):
            preconditionFailure("accepted and what follows it are one commit")

        case (.ended(let outcome), .destinationAnswered(let answer)):
            return answer.contradicts(outcome) ? [.mark(.contradictingAnswer)] : [.outOfTurn]
        case (.ended(let outcome), .commandEnded(let end)):
            return end.contradicts(outcome) ? [.mark(.contradictingAnswer)] : [.outOfTurn]

        case (.accepted, .timePassed), (.commanded, .timePassed), (.unknown, .timePassed), (.ended, .timePassed):
            return []
        case (_, .commanded), (_, .submitted), (_, .submissionFailed), (_, .commandEnded), (_, .handedOver),
            (_, .notTaken), (_, .destinationAnswered), (_, .adapterLost):
            return [.outOfTurn]
        }
    }

    private func isDue(at now: Instant) -> Bool { deadline.map { now >= $0 } ?? false }

    private mutating func commandEnded(_ end: CommandEnd) -> [Action] {
        switch end {
        case .submitted: [.outOfTurn]  // `submitted` follows by itself, once the amounts are judged.
        case .entered(.approved?): conclude(.approved)
        case .entered(.declined(let reason)?): conclude(.declined(reason))
        case .entered(nil): conclude(.handedOver(.yes))
        case .refused: conclude(.failed(.deviceRefused))
        case .uncertain: conclude(.handedOver(.maybe)) + [.mark(.handedOverMaybe)]
        case .expired: conclude(.failed(.noAcknowledgement))
        case .silent: conclude(.failed(.noSubmission))
        }
    }

    private mutating func answered(_ answer: DestinationAnswer, at now: Instant) -> [Action] {
        switch answer {
        case .approved: return conclude(.approved)
        case .declined(let reason): return conclude(.declined(reason))
        case .notSent: return conclude(.failed(.notSent))
        case .pendingCustomer:
            if case .authorizing = state { state = .pendingCustomer(since: now) }
            return []
        case .unknown, .notFound:
            if case .unknown = state { return [] }
            state = .unknown(since: now)
            return []
        }
    }

    private mutating func conclude(_ outcome: Outcome) -> [Action] {
        state = .ended(outcome)
        return [.conclude(outcome)]
    }

    /// How long the relay waits for a destination.
    public enum Limits {
        /// From the decision until a socket takes the request; also how long an adapter may start it (`notAfter`).
        public static let handover = Duration.seconds(2)
        /// From the decision to the first answer.
        public static let destination = Duration.seconds(15)
        /// From the first `pendingCustomer` to the destination's decision.
        public static let customer = Duration.seconds(120)
    }
}

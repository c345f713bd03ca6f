/// The state of one transaction, from acceptance to its one outcome.
///
/// `docs/certainty.md` describes the same in prose; ADR 7 has the reasons.
public struct TransactionStateMachine: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        /// Durable, and not yet on its way.
        case accepted
        /// A device has its command.
        case commanded
        /// The decision to ask the destination is durable.
        case authorizing(Handover)
        /// The destination asks its customer first.
        case pendingCustomer
        /// The destination was asked and its decision is not known. Never the same as failed.
        case unknown
        /// The destination is told to reverse the transaction, or to block its ID if it has not seen it.
        case reversing
        case ended(Outcome)
    }

    /// Whether `authorize` has been given to a socket. It is given to a socket only once.
    public enum Handover: Hashable, Sendable { case waiting, done }

    /// When each state with a time limit was entered first. Entering it again does not start a new limit.
    public struct Entered: Hashable, Sendable {
        public var authorizing: Instant?
        public var pendingCustomer: Instant?
        public var unknown: Instant?
        public var reversing: Instant?
        /// When an approval came after the destination had confirmed the reversal; nil unless that question is open.
        public var reopened: Instant?

        public init(
            authorizing: Instant? = nil, pendingCustomer: Instant? = nil, unknown: Instant? = nil,
            reversing: Instant? = nil, reopened: Instant? = nil
        ) {
            self.authorizing = authorizing
            self.pendingCustomer = pendingCustomer
            self.unknown = unknown
            self.reversing = reversing
            self.reopened = reopened
        }
    }

    public enum Event: Hashable, Sendable {
        /// A command was made.
        case commanded
        /// The command ended.
        case commandEnded(CommandEnd)
        /// The information may go to the destination: the terminal submitted it, or an unpaired terminal scanned it.
        case submitted
        /// The submission cannot be passed on.
        case submissionFailed(FailureReason)
        /// The request is on its way to a ready adapter's socket.
        case dispatched
        /// The socket did not accept it: it was not sent, and another adapter may get it.
        case notTaken
        /// The destination answered the authorization.
        case destinationAnswered(DestinationAnswer)
        /// The destination answered an inquiry that its adapter began at `askedAt`. `visibilityDelay` is its
        /// manifest's.
        case inquiryAnswered(DestinationAnswer, askedAt: Instant, visibilityDelay: Duration)
        /// The destination answered a reversal.
        case reversalAnswered(ReversalAnswer)
        /// The adapter that had the authorization is gone.
        case adapterLost
        /// An adapter of the destination is ready, or reports that the destination is healthy again.
        case destinationReady
        /// The phone or the device cancels it.
        case cancelRequested(Canceler)
        /// A person closes a reversal, with the outcome that this person has found out.
        case closed(Outcome)
        /// ``deadline`` may have passed.
        case timePassed
        /// This process has just loaded the transaction from the journal.
        case restarted
    }

    public enum Action: Hashable, Sendable {
        /// Send the request to a ready adapter as soon as the decision is durable.
        case authorize
        /// Inquire about the transaction at the destination.
        case inquire
        /// Tell the destination to reverse the transaction.
        case reverse(isRepeat: Bool)
        /// Cancel the command at its device: the transaction ends if the command does.
        case cancelCommand(Canceler)
        /// The outcome is certain.
        case conclude(Outcome)
        /// A person has to check this.
        case mark(ReconciliationReason)
        /// An approval came after the confirmed reversal: the relay inquires which of the two is true.
        case reopen
        /// The inquiry is closed, by an answer or after a day of silence; the mark, if one is due, comes before this
        /// action.
        case close(DestinationAnswer?)
        /// The destination's answer changes nothing, and is recorded in the journal.
        case record(DestinationAnswer)
        /// The event changes nothing.
        case outOfTurn
    }

    public private(set) var state: State
    public private(set) var entered: Entered
    /// Whether it was canceled before the outcome.
    public private(set) var isCancelRequested: Bool
    /// Inquiries in `pendingCustomer` and `unknown`, reversals in `reversing`.
    private var asking = Asking()

    /// A transaction as stored in a journal, or a new one.
    public init(_ state: State = .accepted, entered: Entered = Entered(), isCancelRequested: Bool = false) {
        self.state = state
        self.entered = entered
        self.isCancelRequested = isCancelRequested
    }

    public var outcome: Outcome? {
        if case .ended(let outcome) = state { outcome } else { nil }
    }

    /// Whether it has its outcome and the relay still inquires about it: ``Entered/reopened``.
    public var isReopened: Bool { entered.reopened != nil }

    /// When ``Event/timePassed`` is due; nil if no time limit is running.
    public var deadline: Instant? {
        switch state {
        case .authorizing(.waiting): entered.authorizing.map { $0 + Limits.handover }
        case .authorizing(.done): entered.authorizing.map { $0 + Limits.destination }
        case .pendingCustomer: earlier(entered.pendingCustomer.map { $0 + Limits.customer }, asking.next)
        case .unknown: earlier(entered.unknown.map { $0 + Limits.unknown }, asking.next)
        case .reversing: asking.next
        case .ended: isReopened ? asking.next : nil
        case .accepted, .commanded: nil
        }
    }

    /// After this time the authorization must not be started any more; nil before the decision.
    public var notAfter: Instant? { entered.authorizing.map { $0 + Limits.handover } }

    /// Whether the transaction occupies its device. Once the destination has been silent it never does again.
    public var holdsDevice: Bool {
        switch state {
        case .accepted, .commanded, .authorizing: true
        case .pendingCustomer: entered.unknown == nil
        case .unknown, .reversing, .ended: false
        }
    }

    /// Whether anything can have reached the destination through the relay. `yes` never becomes less (ADR 7).
    public var sent: Certainty {
        switch state {
        case .accepted, .commanded, .authorizing(.waiting): .no
        case .authorizing(.done), .unknown, .reversing: entered.pendingCustomer == nil ? .maybe : .yes
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
            state = .authorizing(.waiting)
            entered.authorizing = now
            return [.authorize]
        case (.accepted, .submissionFailed(let reason)), (.commanded, .submissionFailed(let reason)):
            return conclude(.failed(reason))
        case (.commanded, .commandEnded(let end)):
            return commandEnded(end)

        case (.authorizing(.waiting), .dispatched):
            state = .authorizing(.done)
            return []
        case (.authorizing(.done), .notTaken):
            state = .authorizing(.waiting)
            return [.authorize]
        case (.unknown, .notTaken):  // Its adapter was lost before the order could leave: nothing was sent.
            return entered.pendingCustomer == nil ? conclude(.failed(.notSent)) : [.outOfTurn]
        case (.authorizing(.waiting), .timePassed):
            return isDue(at: now) ? conclude(.failed(.destinationUnavailable)) : []
        case (.authorizing(.done), .timePassed):
            return isDue(at: now) ? enterUnknown(now) : []  // Silence is not a refusal: it may be booked.
        case (.authorizing, .restarted), (.authorizing(.done), .adapterLost):
            return enterUnknown(now)

        case (.authorizing, .destinationAnswered(let answer)), (.pendingCustomer, .destinationAnswered(let answer)),
            (.unknown, .destinationAnswered(let answer)):
            return answered(answer, now)
        case (.authorizing, .inquiryAnswered(let answer, let askedAt, let delay)),
            (.pendingCustomer, .inquiryAnswered(let answer, let askedAt, let delay)),
            (.unknown, .inquiryAnswered(let answer, let askedAt, let delay)):
            return inquiryAnswered(answer, askedAt: askedAt, visibilityDelay: delay, now)
        case (.reversing, .destinationAnswered(let answer)), (.reversing, .inquiryAnswered(let answer, _, _)):
            return [.record(answer)]

        case (.pendingCustomer, .timePassed):
            return isPast(entered.pendingCustomer, Limits.customer, now) ? enterUnknown(now) : inquireIfDue(now)
        case (.unknown, .timePassed):
            return isPast(entered.unknown, Limits.unknown, now) ? enterReversing(now) : inquireIfDue(now)
        case (.pendingCustomer, .restarted), (.unknown, .restarted):
            return inquire(now)

        case (.reversing, .timePassed):
            return asking.isDue(at: now) ? reverse(isRepeat: true, now) : []
        case (.reversing, .restarted), (.reversing, .destinationReady):
            asking = Asking()
            return reverse(isRepeat: true, now)
        case (.reversing, .reversalAnswered(.confirmed)):
            return conclude(.reversed)
        case (.reversing, .reversalAnswered(.refused)):
            return [.mark(.reversalRefused)]
        case (.reversing, .reversalAnswered(.unknown)):
            return []
        case (.reversing, .closed(let outcome)):
            return conclude(outcome)

        case (.accepted, .cancelRequested(let canceler)), (.commanded, .cancelRequested(let canceler)):
            isCancelRequested = true
            return [.cancelCommand(canceler)]
        case (.authorizing(.waiting), .cancelRequested):
            isCancelRequested = true
            return conclude(.failed(.canceled))
        case (.authorizing(.done), .cancelRequested), (.pendingCustomer, .cancelRequested),
            (.unknown, .cancelRequested):
            isCancelRequested = true
            return enterReversing(now)
        case (.reversing, .cancelRequested):
            isCancelRequested = true
            return []

        case (.ended(.reversed), .inquiryAnswered(let answer, let askedAt, let delay)) where isReopened:
            return reopenedAnswered(answer, askedAt: askedAt, visibilityDelay: delay)
        case (.ended(.reversed), .timePassed) where isReopened:
            return reopenedTimePassed(now)
        case (.ended(.reversed), .restarted) where isReopened:
            return inquireReopened(now)
        case (.ended(.reversed), .destinationAnswered(.approved)),
            (.ended(.reversed), .inquiryAnswered(.approved, _, _)):
            return reopen(now)
        case (.ended(let outcome), .destinationAnswered(let answer)),
            (.ended(let outcome), .inquiryAnswered(let answer, _, _)):
            return answer.contradicts(outcome) ? [.mark(.contradictingAnswer)] : [.outOfTurn]
        case (.ended(let outcome), .commandEnded(let end)):
            return end.contradicts(outcome) ? [.mark(.contradictingAnswer)] : [.outOfTurn]
        case (.ended(let outcome), .reversalAnswered(let answer)):
            return answer.contradicts(outcome) ? [.mark(.contradictingAnswer)] : [.outOfTurn]

        case (.accepted, .restarted):
            preconditionFailure("accepted and what follows it are one commit")
        case (.accepted, .timePassed), (.commanded, .timePassed), (.ended, .timePassed), (.commanded, .restarted),
            (.ended, .restarted):
            return []
        case (_, .commanded), (_, .submitted), (_, .submissionFailed), (_, .commandEnded), (_, .dispatched),
            (_, .notTaken), (_, .reversalAnswered), (_, .adapterLost), (_, .destinationReady), (_, .cancelRequested),
            (_, .closed), (_, .destinationAnswered), (_, .inquiryAnswered):
            return [.outOfTurn]  // Peers repeat messages and messages cross; a repeat changes nothing.
        }
    }

    private func earlier(_ one: Instant?, _ other: Instant?) -> Instant? { [one, other].compactMap(\.self).min() }

    private func isDue(at now: Instant) -> Bool { deadline.map { now >= $0 } ?? false }

    private func isPast(_ start: Instant?, _ limit: Duration, _ now: Instant) -> Bool {
        start.map { now >= $0 + limit } ?? true
    }

    private mutating func commandEnded(_ end: CommandEnd) -> [Action] {
        switch end {
        case .submitted: [.outOfTurn]  // `submitted` follows once the amounts are agreed on.
        case .entered(.approved(let approval)?): conclude(.approved(approval))
        case .entered(.declined(let reason)?): conclude(.declined(reason))
        case .entered(nil): conclude(.handedOver(.yes))
        case .refused: conclude(.failed(isCancelRequested ? .canceled : .deviceRefused))
        case .uncertain: [.mark(.handedOverMaybe)] + conclude(.handedOver(.maybe))
        case .expired: conclude(.failed(.noAcknowledgement))
        case .silent: conclude(.failed(.noSubmission))
        case .canceled: conclude(.failed(.canceled))
        }
    }

    private mutating func answered(_ answer: DestinationAnswer, _ now: Instant) -> [Action] {
        switch answer {
        case .approved(let approval): conclude(.approved(approval))
        case .declined(let reason): conclude(.declined(reason))
        // Its customer was asked, so it was sent: not an explicit answer.
        case .notSent: entered.pendingCustomer == nil ? conclude(.failed(.notSent)) : enterUnknown(now)
        case .pendingCustomer: enterPendingCustomer(now)
        case .unknown, .notFound, .reversed: enterUnknown(now)
        }
    }

    private mutating func inquiryAnswered(
        _ answer: DestinationAnswer, askedAt: Instant, visibilityDelay: Duration, _ now: Instant
    ) -> [Action] {
        switch answer {
        case .approved, .declined, .pendingCustomer, .unknown: answered(answer, now)
        case .reversed: conclude(.reversed)  // Nothing is booked under this ID, and nothing ever will be.
        case .notSent: answered(.unknown, now)  // `notSent` to an inquiry says nothing about the authorization.
        case .notFound:
            // The request may still be on its way. Once it cannot be, the reversal blocks the ID for good.
            isPast(notAfter, visibilityDelay, askedAt) ? enterReversing(now) : answered(.unknown, now)
        }
    }

    private mutating func enterPendingCustomer(_ now: Instant) -> [Action] {
        guard state != .pendingCustomer, !isPast(entered.pendingCustomer ?? now, Limits.customer, now) else {
            return []
        }
        entered.pendingCustomer = entered.pendingCustomer ?? now
        state = .pendingCustomer
        asking.begin(at: now)
        return []
    }

    private mutating func enterUnknown(_ now: Instant) -> [Action] {
        guard state != .unknown else { return [] }
        state = .unknown
        entered.unknown = entered.unknown ?? now
        asking.begin(at: now)
        return []
    }

    private mutating func enterReversing(_ now: Instant) -> [Action] {
        state = .reversing
        entered.reversing = now
        asking = Asking()
        return reverse(isRepeat: false, now)
    }

    private mutating func inquireIfDue(_ now: Instant) -> [Action] { asking.isDue(at: now) ? inquire(now) : [] }

    private mutating func inquire(_ now: Instant) -> [Action] {
        asking.inquired(at: now)
        return [.inquire]
    }

    private mutating func reverse(isRepeat: Bool, _ now: Instant) -> [Action] {
        asking.backedOff(at: now, since: entered.reversing ?? now)
        return [.reverse(isRepeat: isRepeat)]
    }

    // MARK: An approval after the reversal

    /// The outcome does not change. Only the destination can say whether it is booked nevertheless.
    private mutating func reopen(_ now: Instant) -> [Action] {
        guard !isReopened else { return [.outOfTurn] }
        entered.reopened = now
        asking = Asking()
        return [.reopen] + inquireReopened(now)
    }

    private mutating func reopenedAnswered(
        _ answer: DestinationAnswer, askedAt: Instant, visibilityDelay: Duration
    ) -> [Action] {
        guard !isBeforeReopening(askedAt) else { return [.outOfTurn] }  // Perhaps sent before the reversal.
        return switch answer {
        case .approved: [.mark(.contradictingAnswer)] + closeReopened(answer)  // Still booked.
        case .reversed, .declined: closeReopened(answer)
        case .notFound: isPast(notAfter, visibilityDelay, askedAt) ? closeReopened(answer) : []
        case .pendingCustomer, .unknown, .notSent: []
        }
    }

    private func isBeforeReopening(_ time: Instant) -> Bool { entered.reopened.map { time < $0 } ?? false }

    private mutating func reopenedTimePassed(_ now: Instant) -> [Action] {
        guard asking.isDue(at: now) else { return [] }  // A router that was away inquires once more first.
        guard isPast(entered.reopened, Limits.reversalSoon, now) else { return inquireReopened(now) }
        return [.mark(.contradictingAnswer)] + closeReopened(nil)
    }

    private mutating func inquireReopened(_ now: Instant) -> [Action] {
        asking.backedOff(at: now, since: entered.reopened ?? now)
        return [.inquire]
    }

    private mutating func closeReopened(_ answer: DestinationAnswer?) -> [Action] {
        entered.reopened = nil
        return [.close(answer)]
    }

    private mutating func conclude(_ outcome: Outcome) -> [Action] {
        state = .ended(outcome)
        return [.conclude(outcome)]
    }
}

import RelayDomain

// Inquiries and reversals, which are repeated until the destination has answered.
extension RouterCore {
    /// Sends an inquiry to any ready adapter; if there is none, to the first that becomes ready.
    mutating func inquire(_ id: TransactionID, _ turn: inout Turn) {
        guard let transaction = live[id]?.transaction, let followUp = followUp(transaction) else { return }
        if inquire(followUp, &turn) { stampFirst(.inquired, id, turn.now) }
    }

    /// - Returns: whether there was an adapter.
    private mutating func inquire(_ followUp: FollowUp, _ turn: inout Turn) -> Bool {
        guard let peer = adapters.next(of: followUp.destination, about: followUp.transaction, now: turn.now) else {
            waitingInquiries[followUp.destination, default: []].insert(followUp.transaction)
            return false
        }
        turn.outputs.append(.orderAdapter(.inquire(followUp), peer))
        return true
    }

    /// Sends a reversal to any ready adapter; if there is none, at the next try or to the first that becomes ready.
    mutating func reverse(_ id: TransactionID, isRepeat: Bool, _ turn: inout Turn) {
        guard let transaction = live[id]?.transaction, let followUp = followUp(transaction),
            let peer = adapters.next(of: followUp.destination, about: id, now: turn.now)
        else { return }
        turn.outputs.append(.orderAdapter(.reverse(followUp, isRepeat: isRepeat), peer))
    }

    /// An adapter of this destination is ready, or healthy again: waiting inquiries and reversals are sent at once.
    mutating func askAgain(_ destination: DestinationID, _ turn: inout Turn) {
        for id in waitingInquiries.removeValue(forKey: destination)?.sorted() ?? [] {
            if live[id]?.transaction.passage.awaitsInquiry == true { inquire(id, &turn) }
            if let followUp = reopened[id].flatMap(followUp) { _ = inquire(followUp, &turn) }
        }
        for id in openReversals[destination]?.sorted() ?? [] { advance(id, by: .destinationReady, &turn) }
    }

    /// While a reversal is open, its destination's adapters are asked for its health: it may be healthy again before
    /// the next try.
    mutating func askHealth(_ turn: inout Turn) {
        guard !openReversals.isEmpty else { return nextHealthAsk = nil }
        guard let due = nextHealthAsk else { return nextHealthAsk = turn.now + bounds.healthPace }
        guard turn.now >= due else { return }
        nextHealthAsk = turn.now + bounds.healthPace
        for destination in openReversals.keys.sorted() {
            for peer in adapters.all(of: destination) { turn.outputs.append(.orderAdapter(.askHealth, peer)) }
        }
    }

    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber, _ turn: inout Turn) {
        if let destination = adapters.healthTold(isGood, by: peer) { askAgain(destination, &turn) }
    }

    /// A reversal that begins or ends.
    mutating func keepReversal(_ transaction: Transaction) {
        if transaction.passage.state == .reversing {
            openReversals[transaction.destination, default: []].insert(transaction.id)
        } else if openReversals[transaction.destination]?.remove(transaction.id) != nil,
            openReversals[transaction.destination]?.isEmpty == true
        {
            openReversals[transaction.destination] = nil
        }
    }

    private func followUp(_ transaction: Transaction) -> FollowUp? {
        guard let reference = transaction.reference, let authorizedAt = transaction.passage.entered.authorizing,
            let notAfter = transaction.passage.notAfter
        else { return nil }
        return FollowUp(
            transaction: transaction.id, reference: reference, destination: transaction.destination,
            application: transaction.application, terminal: transaction.terminal, operation: transaction.operation,
            amount: transaction.amount, authorizedAt: authorizedAt, notAfter: notAfter,
            adapterState: transaction.adapterState, details: transaction.details)
    }

    /// A repeat leaves no stamp, because the number of stamps is bounded.
    private mutating func stampFirst(_ act: HopStamp.Act, _ id: TransactionID, _ now: Instant) {
        guard live[id]?.transaction.hopStamps.contains(where: { $0.act == act }) == false else { return }
        live[id]?.transaction.stamp(act, at: now)
    }

    // MARK: - An answer after the outcome

    /// The adapter state of a reopened transaction goes with the next inquiry.
    mutating func keepState(_ state: AdapterState?, ofReopened id: TransactionID, _ turn: inout Turn) {
        guard let state, let transaction = reopened[id], transaction.adapterState != state,
            transaction.version < bounds.wordsMax
        else { return }
        _ = amend(transaction, .answered, "the adapter's state", &turn) { transaction in
            transaction.adapterState = state
            return true
        }
    }

    /// An answer about a transaction that has its outcome. The outcome stays; a contradiction is marked; a late
    /// approval after a reversal, which is to be expected, first leads to inquiries.
    mutating func advanceFinished(
        _ known: Transaction, by event: TransactionStateMachine.Event, _ word: String, _ turn: inout Turn
    ) {
        let finished = reopened[known.id] ?? turn.amended(known.id) ?? known
        var passage = finished.passage
        let before = passage.deadline
        for action in passage.apply(event, at: turn.now) {
            switch action {
            case .mark(let reason): mark(finished, reason, "\(reason.rawValue): \(word)", &turn)
            case .reopen where reopened.count >= bounds.reopenedMax || finished.version >= bounds.wordsMax:
                return mark(finished, .contradictingAnswer, "too often, or one of too many: \(word)", &turn)
            case .reopen: reopen(finished, passage, .reopened, "after the reversal: \(word)", &turn)
            case .close:
                reopen(finished, passage, .answered, word, &turn)
                adapters.forget(finished.id)
            case .inquire:
                if let followUp = followUp(finished) { _ = inquire(followUp, &turn) }
            case .authorize, .reverse, .cancelCommand, .conclude, .record, .outOfTurn: break
            }
        }
        guard reopened[finished.id] != nil else { return }
        reopened[finished.id]?.passage = passage
        if let deadline = passage.deadline, deadline != before { deadlines.insert(deadline, finished.id) }
    }

    /// Records that the inquiry about a late approval is open, or closed.
    private mutating func reopen(
        _ finished: Transaction, _ passage: TransactionStateMachine, _ kind: JournalEntry.Event.Kind, _ detail: String,
        _ turn: inout Turn
    ) {
        _ = amend(finished, kind, detail, &turn) { transaction in
            transaction.passage = passage
            return true
        }
    }

    mutating func advanceReopened(
        _ id: TransactionID, by event: TransactionStateMachine.Event, _ word: String, _ turn: inout Turn
    ) {
        if let transaction = reopened[id] { advanceFinished(transaction, by: event, word, &turn) }
    }

    /// Loads a reopened transaction from the journal.
    mutating func recoverReopened(_ transaction: Transaction, _ turn: inout Turn) {
        reopened[transaction.id] = transaction
        if let deadline = transaction.passage.deadline { deadlines.insert(deadline, transaction.id) }
        advanceReopened(transaction.id, by: .restarted, "", &turn)
    }
}

extension TransactionStateMachine {
    /// Whether an answer to an inquiry could change its state.
    fileprivate var awaitsInquiry: Bool { state == .pendingCustomer || state == .unknown }
}

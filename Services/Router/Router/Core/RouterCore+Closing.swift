import RelayDomain

// Ends from outside: a cancel, and a person's reconciliation of an uncertain transaction.
extension RouterCore {
    /// Records a cancellation, and does what can still be done.
    /// - Returns: why it is refused; nil if the cancellation is recorded.
    mutating func cancel(_ id: TransactionID, by canceler: Canceler, _ turn: inout Turn) -> Refusal? {
        guard let transaction = live[id]?.transaction ?? turn.recall.transactions[id] else {
            return .unknownTransaction
        }
        guard transaction.outcome == nil else {
            return transaction.passage.isCancelRequested ? nil : .alreadyFinal  // A repeat gets that result.
        }
        if !transaction.passage.isCancelRequested {
            live[id]?.transaction.stamp(.cancelRequested, at: turn.now)
            record(.cancelRequested, of: id, &turn, detail: canceler.rawValue)
        }
        advance(id, by: TransactionStateMachine.Event.cancelRequested(canceler), &turn)
        return nil
    }

    /// Tells the device that holds the command, if it is there.
    func tellCanceled(_ transaction: Transaction, _ turn: inout Turn) {
        guard let (session, gateway) = sessions.session(of: transaction.device) else { return }
        turn.outputs.append(
            .order(.cancel(session, CommandID(transaction.id)), ReturnAddress(gateway, correlation: 0)))
    }

    /// A person closes a reversal that the destination refuses, with its outcome, or the marks beside an outcome.
    mutating func reconcile(
        _ id: TransactionID, _ word: Reconciliation, _ address: ReturnAddress, _ turn: inout Turn
    ) {
        let detail = "\(word.name): \(word.reason)"
        if let transaction = live[id]?.transaction {
            guard transaction.outcome == nil, transaction.passage.state == .reversing else {
                return refuse(
                    Refused(
                        .nothingToReconcile, detail: "It is \(transaction.passage.state.name); it moves by itself."),
                    address, &turn)
            }
            if let reason = whyNotClosed(transaction, now: turn.now) {
                return refuse(Refused(.nothingToReconcile, detail: reason), address, &turn)
            }
            guard let outcome = word.outcome else {
                return refuse(
                    Refused(.malformed, detail: "Say how it ended: approved, declined or reversed."), address, &turn)
            }
            live[id]?.transaction.reconciliation = []
            record(.reconciled, of: id, &turn, detail: detail)
            advance(id, by: TransactionStateMachine.Event.closed(outcome), &turn)
            guard let closed = live[id]?.transaction else { return }
            return turn.outputs.append(.reply(.status(closed.status), address))
        }
        guard let finished = turn.recall.transactions[id] else { return refuse(.unknownTransaction, address, &turn) }
        guard word.outcome.map({ $0.kind.word == finished.outcome?.kind.word }) ?? true else {
            return refuse(Refused(.alreadyFinal, detail: "An outcome never changes."), address, &turn)
        }
        guard let closed = amend(finished, .reconciled, detail, &turn, by: { $0.clearMarks() }) else {
            return refuse(.nothingToReconcile, address, &turn)
        }
        turn.outputs.append(.reply(.status(closed.status), address))
    }
}

extension RouterCore {
    /// Why a person may not close a reversal yet; nil if it is allowed: the destination refuses the reversal or has not
    /// answered for a day, or it is no longer registered and its last adapter left a minute ago. Earlier, a reversal on
    /// its way could undo what the person has just declared booked (ADR 7).
    private func whyNotClosed(_ transaction: Transaction, now: Instant) -> String? {
        let destination = transaction.destination
        let since = transaction.passage.entered.reversing
        guard !transaction.reconciliation.contains(.reversalRefused),
            since.map({ now - $0 < TransactionStateMachine.Limits.reversalSoon }) ?? true
        else { return nil }
        guard adapters.all(of: destination).isEmpty else {
            return "The destination is being told to take it back and has not refused; that is tried for a day."
        }
        guard registry.destination(destination) == nil else {
            return "No adapter of \(destination) is ready, so nobody tells it to take this back: start one."
        }
        let gone = adapters.missing(destination, now: now) ?? .zero
        guard gone < bounds.farewell else { return nil }
        return
            "\(destination) is not registered any more, and its adapter has just left; what it sent last may be on its way. "
            + "Say so again in \(bounds.farewell.milliseconds / 1_000) s, or register \(destination) again."
    }
}

extension Transaction {
    /// - Returns: whether there were any.
    fileprivate mutating func clearMarks() -> Bool {
        defer { reconciliation = [] }
        return !reconciliation.isEmpty
    }
}

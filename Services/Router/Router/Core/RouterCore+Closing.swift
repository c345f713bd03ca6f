import RelayDomain

// Ends that somebody wants: a cancel, and a person's word on what the relay cannot settle.
extension RouterCore {
    /// Notes that somebody wants no more of a transaction, and does what can still be done.
    /// - Returns: why nothing can be done any more; nil if the wish is noted.
    mutating func cancel(_ id: TransactionID, by canceler: Canceler, _ turn: inout Turn) -> Refusal? {
        guard let transaction = live[id]?.transaction ?? turn.recall.transactions[id] else {
            return .unknownTransaction
        }
        guard transaction.outcome == nil else {
            return transaction.passage.isCancelRequested ? nil : .alreadyFinal  // A repeat is told what came of it.
        }
        if !transaction.passage.isCancelRequested {
            live[id]?.transaction.stamp(.cancelRequested, at: turn.now)
            note(.cancelRequested, of: id, &turn, detail: canceler.rawValue)
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
            guard transaction.mayBeClosed(at: turn.now) else {
                return refuse(
                    Refused(
                        .nothingToReconcile,
                        detail:
                            "The destination is being told to take it back and has not refused; that is tried for a day."
                    ),
                    address, &turn)
            }
            guard let outcome = word.outcome else {
                return refuse(
                    Refused(.malformed, detail: "Say how it ended: approved, declined or reversed."), address, &turn)
            }
            live[id]?.transaction.reconciliation = []
            note(.reconciled, of: id, &turn, detail: detail)
            advance(id, by: TransactionStateMachine.Event.closed(outcome), &turn)
            guard let closed = live[id]?.transaction else { return }
            return turn.outputs.append(.reply(.status(closed.status), address))
        }
        guard let finished = turn.recall.transactions[id] else { return refuse(.unknownTransaction, address, &turn) }
        guard word.outcome == nil || word.outcome == finished.outcome else {
            return refuse(Refused(.alreadyFinal, detail: "An outcome never changes."), address, &turn)
        }
        guard let closed = amend(finished, .reconciled, detail, &turn, by: { $0.clearMarks() }) else {
            return refuse(.nothingToReconcile, address, &turn)
        }
        turn.outputs.append(.reply(.status(closed.status), address))
    }
}

extension Transaction {
    /// Whether a person's word on a reversal counts: the destination refuses it, or has said nothing for a day. Sooner, a
    /// reversal that is on its way could undo what the person has just declared to be booked.
    fileprivate func mayBeClosed(at now: Instant) -> Bool {
        reconciliation.contains(.reversalRefused)
            || passage.entered.reversing.map { now - $0 >= TransactionStateMachine.Limits.reversalSoon } ?? false
    }

    /// - Returns: whether there were any.
    fileprivate mutating func clearMarks() -> Bool {
        defer { reconciliation = [] }
        return !reconciliation.isEmpty
    }
}

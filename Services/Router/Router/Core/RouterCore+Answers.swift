import RelayDomain

// The answers to submissions. One waits a little for the outcome: if that comes, the terminal needs no second message.
extension RouterCore {
    /// Holds the answer to a submission. One to another call is given: the device waits for the newer one.
    mutating func hold(
        _ address: ReturnAddress, in session: DeviceSession, about id: TransactionID, _ turn: inout Turn
    ) {
        guard !heldAnswers.holds(address, about: id) else { return }  // The network delivered it twice.
        answerHeld(id, &turn)
        heldAnswers.hold(
            HeldAnswers.Held(session: session, address: address, until: turn.now + bounds.answerWait), about: id)
    }

    /// Gives a held answer if no destination has been asked, or has answered: the outcome is not near, or is there.
    mutating func answerUnlessAsked(_ id: TransactionID, _ turn: inout Turn) {
        if live[id]?.transaction.passage.state != .authorizing(.done) { answerHeld(id, &turn) }
    }

    /// Gives the answer that is held about a transaction, with its outcome if there is one.
    /// - Returns: whether the device's newest session is told the outcome with it.
    @discardableResult
    mutating func answerHeld(_ id: TransactionID, _ turn: inout Turn) -> Bool {
        guard let held = heldAnswers.release(id), let transaction = live[id]?.transaction else { return false }
        let outcome = transaction.statusOfOutcome
        // A scan that is a submission has no command.
        answer(
            transaction.command == nil ? .accepted(id, outcome) : .taken(CommandID(id), outcome), held.address, &turn)
        return outcome != nil && sessions.isCurrent(held.session, at: held.address.peer)
    }

    /// Answers a scan: at an unpaired terminal it is the submission.
    mutating func answerScan(
        _ transaction: Transaction, in session: DeviceSession, _ address: ReturnAddress, _ turn: inout Turn
    ) {
        guard transaction.pos == nil, live[transaction.id] != nil else {
            return answer(.accepted(transaction.id, transaction.statusOfOutcome), address, &turn)
        }
        hold(address, in: session, about: transaction.id, &turn)
        answerUnlessAsked(transaction.id, &turn)
    }
}

extension Transaction {
    /// The status that brings the outcome; nil before.
    fileprivate var statusOfOutcome: TransactionStatus? { outcome == nil ? nil : status }
}

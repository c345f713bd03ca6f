import RelayDomain

// The two machines of a live transaction: their events come in here, their actions are carried out here.
extension RouterCore {
    /// Loads a transaction from the journal, which has no sealed bytes.
    mutating func recover(_ unfinished: Recovered.Unfinished, _ turn: inout Turn) {
        let id = unfinished.transaction.id
        live[id] = Live(transaction: unfinished.transaction, body: unfinished.body, isAcceptedHere: false)
        keys[unfinished.transaction.key] = id
        if unfinished.transaction.informationIsOneTime { heldInformation[unfinished.transaction.digest] = id }
        if unfinished.transaction.holdsDevice { slots[unfinished.transaction.terminal] = id }
        keepReversal(unfinished.transaction)
        if wasRestored { mark(id, .restoredFromBackup, &turn) }
        advance(id, by: CommandStateMachine.Event.restarted, &turn)
        advance(id, by: TransactionStateMachine.Event.restarted, &turn)
        watch(id)
    }

    /// Applies an event to the command's state machine.
    /// - Returns: the answer for the device.
    @discardableResult
    mutating func advance(
        _ id: TransactionID, by event: CommandStateMachine.Event, _ turn: inout Turn
    ) -> [CommandStateMachine.Action] {
        guard var command = live[id]?.transaction.command else { return [] }
        let before = command.state
        let actions = command.apply(event, at: turn.now)
        live[id]?.transaction.command = command
        for action in actions {
            switch action {
            case .send:
                if let command = self.command(of: id) { send(command, &turn) }
            case .end(let end): ended(id, end, &turn)
            case .cancel:
                if let transaction = live[id]?.transaction { tellCanceled(transaction, &turn) }
            case .proceed, .repeatLastWord, .tooLate, .outOfTurn: break  // The caller answers the device.
            }
        }
        if case .received = command.state, before != command.state { record(.deviceReceived, of: id, &turn) }
        if before != command.state { watch(id) }
        return actions
    }

    private mutating func ended(_ id: TransactionID, _ end: CommandEnd, _ turn: inout Turn) {
        if case .submitted = end { return }  // The amounts are agreed on first: `agreeOnAmount`.
        if case .refused(let reason) = end { live[id]?.transaction.deviceReason = reason }
        advance(id, by: TransactionStateMachine.Event.commandEnded(end), &turn)
    }

    /// Agrees on the amount of a submission, and decides whether to ask the destination.
    mutating func agreeOnAmount(_ id: TransactionID, merchant: Amount?, _ turn: inout Turn) {
        guard let transaction = live[id]?.transaction else { return }
        switch AmountAgreement.agree(
            phone: transaction.phoneAmount, merchant: merchant, required: transaction.amountRequired)
        {
        case .success(let amount):
            live[id]?.transaction.amount = amount
            advance(id, by: TransactionStateMachine.Event.submitted, &turn)
        case .failure(let disagreement):
            advance(id, by: TransactionStateMachine.Event.submissionFailed(disagreement.reason), &turn)
        }
    }

    /// Applies an event to the transaction's state machine.
    mutating func advance(_ id: TransactionID, by event: TransactionStateMachine.Event, _ turn: inout Turn) {
        guard var passage = live[id]?.transaction.passage else { return }
        let before = passage
        let actions = passage.apply(event, at: turn.now)
        live[id]?.transaction.passage = passage
        for action in actions {
            switch action {
            case .authorize: authorize(id, isDecision: before.state.name != .authorizing, &turn)
            case .conclude(let outcome): conclude(id, outcome, &turn)
            case .inquire: inquire(id, &turn)
            case .reverse(let isRepeat): reverse(id, isRepeat: isRepeat, &turn)
            case .cancelCommand(let canceler):
                advance(id, by: CommandStateMachine.Event.cancelRequested(canceler), &turn)
            case .mark(let reason): mark(id, reason, &turn)
            case .record(let answer): record(.answered, of: id, &turn, detail: "\(answer), which changes nothing")
            case .reopen: record(.reopened, of: id, &turn)  // It ended in this turn.
            case .close(let answer): record(.answered, of: id, &turn, detail: answer.map { "\($0)" } ?? "")
            case .outOfTurn: break
            }
        }
        if before.state.name != passage.state.name { entered(passage.state, id, &turn) }
        if before.deadline != passage.deadline { watch(id) }
    }

    /// Opens a mark beside a transaction without outcome.
    mutating func mark(_ id: TransactionID, _ reason: ReconciliationReason, _ turn: inout Turn) {
        guard live[id]?.transaction.reconciliation.insert(reason).inserted == true else { return }
        record(.marked, of: id, &turn, detail: reason.rawValue)
        if let marked = live[id]?.transaction, marked.informationIsUsed { turn.usedInformation.insert(marked.digest) }
    }

    private mutating func entered(_ state: TransactionStateMachine.State, _ id: TransactionID, _ turn: inout Turn) {
        switch state {
        case .pendingCustomer: record(.pendingCustomer, of: id, &turn)
        case .unknown:
            record(.unknown, of: id, &turn)
            adapters.ranOut(id)
        case .reversing:
            live[id]?.transaction.stamp(.reversalRequested, at: turn.now)
            record(.reversing, of: id, &turn)
            if let transaction = live[id]?.transaction { keepReversal(transaction) }
        case .accepted, .commanded, .authorizing, .ended: return
        }
        releaseSlot(id)
        answerHeld(id, &turn)
        if let transaction = live[id]?.transaction, !transaction.holdsDevice {
            tellDevices(transaction, &turn)  // They are free again.
        }
    }

    private mutating func conclude(_ id: TransactionID, _ outcome: Outcome, _ turn: inout Turn) {
        live[id]?.transaction.stamp(.concluded, at: turn.now)
        record(.concluded, of: id, &turn, detail: outcome.description)
        adapters.forget(id)
        releaseSlot(id)
        guard let held = live[id] else { return }
        dropEnded(from: held.transaction.destination)
        if held.transaction.informationIsUsed { turn.usedInformation.insert(held.transaction.digest) }
        for waiter in held.waiters {
            turn.outputs.append(.reply(.status(held.transaction.status), waiter.address))
        }
        live[id]?.waiters = []
        if !answerHeld(id, &turn) { tellDevices(held.transaction, &turn) }
    }

    /// Sends the status to the device that carried out the command, and to the terminal that scanned, if they have
    /// sessions.
    func tellDevices(_ transaction: Transaction, _ turn: inout Turn) {
        let scan: SubmissionKeyText? = transaction.key.origin == .scan ? transaction.key.text : nil
        func tell(_ device: Device, _ command: CommandID?, scan: SubmissionKeyText?) {
            guard let (session, gateway) = sessions.session(of: device) else { return }  // It sends `resume` later.
            turn.outputs.append(
                .order(
                    .outcome(session, command, scan: scan, transaction.status), ReturnAddress(gateway, correlation: 0)))
        }
        let command = transaction.command.map { _ in CommandID(transaction.id) }
        if command != nil { tell(transaction.device, command, scan: nil) }
        if let scan { tell(.terminal(transaction.terminal), nil, scan: scan) }
    }

    private mutating func releaseSlot(_ id: TransactionID) {
        guard let transaction = live[id]?.transaction, !transaction.holdsDevice else { return }
        if slots[transaction.terminal] == id { slots[transaction.terminal] = nil }
    }

    /// Sets the wake-up for its deadline.
    mutating func watch(_ id: TransactionID) {
        if let deadline = live[id]?.transaction.deadline { deadlines.insert(deadline, id) }
    }

    mutating func timePassed(for id: TransactionID, _ turn: inout Turn) {
        guard let held = live[id] else { return advanceReopened(id, by: .timePassed, "no answer for a day", &turn) }
        for waiter in held.waiters where waiter.until <= turn.now {
            turn.outputs.append(.reply(.status(held.transaction.status), waiter.address))
        }
        live[id]?.waiters.removeAll { $0.until <= turn.now }
        advance(id, by: CommandStateMachine.Event.timePassed, &turn)
        advance(id, by: TransactionStateMachine.Event.timePassed, &turn)
    }
}

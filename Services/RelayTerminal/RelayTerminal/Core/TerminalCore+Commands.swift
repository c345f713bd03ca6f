import DeviceLink
import DeviceProtocol
import RelayDomain

// What a terminal does with a command.

extension TerminalCore {
    mutating func commandReceived(_ command: Command, known: CommandRecord?, now: Duration) {
        if let known = openCommands.unfinished[command.id] ?? known, known.report != .met || isWorking(on: command.id) {
            return sayAgain(known, command, now: now)
        }
        guard command.what == .sendToDestination else { return refuse(command.id, .unsupported, now: now) }
        guard work == nil else { return refuse(command.id, .deviceBusy, now: now) }
        guard openCommands.mayStart(command, now: now) else { return refuse(command.id, .expired, now: now) }
        let waiting = keypad.consume(for: command.operation, now: now)
        let isAnothers = waiting?.isGivenBack == true || waiting != nil && keypad.isUnseen
        if let waiting, isAnothers { show(.sumOfAnother(waiting.amount)) }
        let keyed = isAnothers ? nil : waiting?.amount
        onDisplay = nil
        current = command
        // Consent to the phone's sum is the merchant's to give, too; a sum that differs from it would only fail.
        let isAgreed = keyed != nil && (command.amount == nil || command.amount == keyed)
        let needsAmount = command.amountRequired || command.amount != nil || isAnothers
        guard needsAmount, !isAgreed else { return submit(command, amount: keyed, now: now) }
        promptForAmount(command, doubted: keyed, now: now)
    }

    private mutating func promptForAmount(_ command: Command, doubted: Amount?, now: Duration) {
        let until = openCommands.clock?.moment(of: command.expiresAt) ?? now
        work = .asking(command, AmountPrompt(until: until, doubted: doubted), relayKnows: false)
        openCommands.write(command.id, .met)
        askAgain()
        call(.received(command.id), now: now)
    }

    /// The relay knows that the merchant is being asked, and waits for the sum.
    mutating func proceed(_ id: CommandID, now: Duration) {
        guard case .asking(let command, var question, relayKnows: false) = work, command.id == id else { return }
        // When the code itself ends only the relay knows; its outcome closes the question then.
        question.until = now + CommandStateMachine.Limits.result
        work = .asking(command, question, relayKnows: true)
    }

    /// The relay does not take this sum, and has done nothing with it.
    mutating func askAnew(_ id: CommandID, after error: DeviceError, now: Duration) {
        show(.refused(error))
        guard let command = current, command.id == id, work == .submitting(id), openCommands.mayStart(command, now: now)
        else {
            return refuse(id, .expired, now: now)
        }
        promptForAmount(command, doubted: nil, now: now)
    }

    /// Consent: from here on the destination may be asked.
    mutating func submit(_ command: Command, amount: Amount?, now: Duration) {
        work = .submitting(command.id)
        openCommands.write(command.id, .submitted(command.sealed, amount))
        show(.asking(command.application, command.operation, amount))
        call(.submit(command.id), now: now)
    }

    /// A command that the terminal knows is answered with the last word on it, never carried out again.
    private mutating func sayAgain(_ known: CommandRecord, _ command: Command, now: Duration) {
        switch known.report {
        case .met, .entering, .sending:
            call(.received(command.id), now: now)
        case .submitted(let sealed, _):
            guard !known.isFinished else { return }  // The relay has told the outcome itself.
            openCommands.recall(command.id, known.report)
            call(sealed == nil ? .cancel(.command(command.id)) : .submit(command.id), now: now)
        case .ended:
            openCommands.recall(command.id, known.report)
            call(.result(command.id), now: now)
        }
    }

    mutating func cancel(_ command: CommandID, now: Duration) {
        guard case .asking(let running, _, relayKnows: _) = work, running.id == command else { return }
        endWork()
        refuse(command, .canceled, now: now)
    }

    mutating func refuse(_ command: CommandID, _ why: ReasonCode, now: Duration) {
        openCommands.write(command, .ended(.refused(why), nil))
        call(.result(command), now: now)
    }

    private func isWorking(on command: CommandID) -> Bool {
        switch work {
        case .asking(let running, _, relayKnows: _): running.id == command
        case .submitting(let running): running == command
        case .reading, .scanning, .awaiting, nil: false
        }
    }

    /// Nothing is left to be done about a command.
    mutating func finish(_ command: CommandID) {
        told[.command(command)] = nil
        if isWorking(on: command) { endWork() }
        openCommands.finish(command)
    }

    // MARK: After a break

    /// Asks what became of everything that is open.
    mutating func resume(now: Duration) {
        putOffAsking(now: now)
        for call in openCommands.resumptions(scans: scansInDoubt) { self.call(call, now: now) }
        goOnScanning(now: now)
    }

    /// Goes on where the relay says a command stands.
    mutating func resume(_ state: CommandStatus, now: Duration) {
        guard let record = openCommands.unfinished[state.command] else { return }
        guard let status = state.status else { return relayForgot(record) }
        if case .submitted(nil, _) = record.report, status.state != .ended, !status.isCancelRequested {
            call(.cancel(.command(record.command)), now: now)  // The relay has not heard of it yet.
        }
        switch status.state {
        case .accepted, .commanded:
            switch record.report {
            case .met where isWorking(on: record.command): call(.received(record.command), now: now)
            case .met, .entering, .sending:
                refuse(record.command, .interrupted, now: now)  // A restart forgot the sum's question.
            case .submitted:
                if work == nil { work = .submitting(record.command) }
                call(.submit(record.command), now: now)  // Unless the merchant wants no more of it.
            case .ended: call(.result(record.command), now: now)
            }
        case .authorizing, .pendingCustomer:
            if work == nil { work = .submitting(record.command) }
        case .unknown, .reversing:
            if isNews(status, of: .command(record.command)) {
                statusReceived(status, of: record.command, scan: nil, now: now)
            } else {
                free(record.command)
            }
        case .ended:
            statusReceived(status, of: record.command, scan: nil, now: now)
        }
    }

    /// The relay does not know the command, as after a restore from a backup. If it was asked to send it, nobody here
    /// knows what came of that.
    mutating func relayForgot(_ record: CommandRecord) {
        if case .submitted = record.report { show(.noAnswer) }
        finish(record.command)
    }

    /// Asked for again and again, what is not certain is shown when it is new.
    func isNews(_ status: TransactionStatus, of cancelable: Cancelable) -> Bool {
        let last = told[cancelable]
        return last?.state != status.state || last?.reconciliation != status.reconciliation
    }
}

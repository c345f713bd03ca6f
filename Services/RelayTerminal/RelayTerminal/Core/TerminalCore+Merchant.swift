import DeviceLink
import DeviceProtocol
import RelayDomain

// What the merchant does at a terminal: keys sums, opens and closes the counter, cancels.

extension TerminalCore {
    mutating func amountKeyed(_ amount: Amount, now: Duration) {
        if counter?.counts(amount.unit) == false { return show(.notCountedHere(amount)) }
        guard work == nil || question != nil else { return show(.sumNotKept(amount)) }
        guard !keypad.takesForLate(now: now) else {
            show(.sumTooLate(amount))
            return askAgain()
        }
        switch work {
        case .asking(let command, var question, let relayKnows):
            guard command.operation.counts(amount.unit) else { return askAgain() }
            guard [command.amount ?? amount, question.doubted].contains(amount) else {
                question.doubted = amount
                work = .asking(command, question, relayKnows: relayKnows)
                return askAgain()
            }
            submit(command, amount: amount, now: now)
        case .scanning(let attempt) where attempt.question != nil:
            repeatScan(attempt.answered(amount, now: now), now: now)
        case .submitting, .reading, .scanning, .awaiting: break  // Nobody is asked.
        case nil:
            onDisplay = nil
            keypad.key(amount, now: now)
            show(.amountReady(amount))
        }
    }

    /// The merchant opens or closes the counter.
    mutating func serve(_ readiness: DeviceReadiness, now: Duration) {
        self.readiness = readiness
        show(readiness.isReady ? .serving : .notServing)
        call(.state(isReady: readiness.isReady, reason: readiness.reason), now: now)
    }

    /// What the relay forgets with a session, and what it has yet to hear.
    mutating func tellWhatOnlyASessionKnows(now: Duration) {
        if !readiness.isReady {
            show(.notServing)
            call(.state(isReady: false, reason: readiness.reason), now: now)
        }
        if let sum = keypad.waiting?.amount, counter?.counts(sum.unit) == false {
            _ = keypad.clear()
            show(.notCountedHere(sum))
        }
        if let passing, passing.isUnwanted { call(.cancel(.transaction(passing.id)), now: now) }
    }

    /// The merchant takes a keyed sum back. If a code is just being read for it, the customer may have paid in cash:
    /// nothing comes of the scan either.
    mutating func clear() {
        if case .reading(let reading) = work, reading.sum != nil { return drop(reading) }
        show(keypad.clear().map { .sumTakenBack($0) } ?? .noSum)
    }

    /// The merchant wants no more of it: neither of what the terminal is busy with nor of the sum that waits. What the
    /// relay does not have is the terminal's own to end. What it may have is not submitted again, and the relay is told
    /// until it has noted it.
    ///
    /// A cancel is about the customer who came last: from the beginning of a scan on it is about this scan, and reaches
    /// no payment that was shown before, also when nothing has come of the scan.
    mutating func cancelWork(now: Duration) {
        let cleared = keypad.clear()
        // The merchant reads that the next customer's scan has to wait; who is served is canceled if that is repeated.
        if shownLast == .busy, readingDeadline == nil {
            show(.scanNotBegun)
            if let cleared { show(.sumTakenBack(cleared)) }
            return
        }
        switch work {
        case .reading(let reading): drop(reading)
        case .asking(let command, _, relayKnows: _):
            endWork()
            refuse(command.id, .canceled, now: now)
            show(.canceled)
        case .submitting(let command): cancel(.command(command), now: now)
        case .scanning(let attempt):
            switch attempt.certainty {
            case .refused, .wantsSum: drop(attempt.id, .canceled)
            case .asked, .possible: cancel(.scan(attempt.id), now: now)
            }
        case .awaiting(let scan): cancel(.scan(scan), now: now)
        case nil:
            if let cleared {
                show(.sumTakenBack(cleared))
            } else if let onDisplay, isOpen(onDisplay) {
                cancel(onDisplay, now: now)
            } else {
                show(.idle)
            }
        }
    }

    /// The relay may have it: it is told, and told again until it has noted it, restarts included.
    mutating func cancel(_ cancelable: Cancelable, now: Duration) {
        switch cancelable {
        case .command(let command):
            // Without its sealed bytes a command cannot be submitted again; so the journal remembers the wish as well.
            if let word = openCommands.unfinished[command]?.report {
                openCommands.write(command, word.withoutSealedBytes)
            }
        case .scan(let scan): update(scan) { $0.isUnwanted = true }
        case .transaction: passing?.isUnwanted = true
        }
        show(.canceling)
        call(.cancel(cancelable), now: now)
    }
}

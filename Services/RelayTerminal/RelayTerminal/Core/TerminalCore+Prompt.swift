import DeviceLink
import RelayDomain

// The question for the sum, until the merchant answers it or it is over.

extension TerminalCore {
    /// What the merchant is asked for.
    var question: (of: Cancelable, sum: AmountPrompt)? {
        switch work {
        case .asking(let command, let question, relayKnows: _): (.command(command.id), question)
        case .scanning(let attempt): attempt.question.map { (.scan(attempt.id), $0) }
        case .submitting, .reading, .awaiting, nil: nil
        }
    }

    /// Puts the question on the display.
    mutating func askAgain() {
        switch work {
        case .asking(let command, let question, relayKnows: _):
            if let keyed = question.doubted, let phone = command.amount {
                show(.amountsDiffer(keyed: keyed, phone: phone))
            } else {
                show(.askAmount(command.application, command.operation, phone: command.amount))
            }
        case .scanning(let attempt) where attempt.question != nil: show(.askAmount(nil, nil, phone: nil))
        case .submitting, .reading, .scanning, .awaiting, nil: break
        }
    }

    /// The merchant did not answer in time.
    mutating func endLateQuestion(now: Duration) {
        guard let question, now >= question.sum.until else { return }
        switch work {
        case .asking(let command, _, relayKnows: _):
            endWork()
            refuse(command.id, .expired, now: now)
        case .scanning(let attempt): forget(attempt.id)
        case .submitting, .reading, .awaiting, nil: break
        }
        endQuestion(isShown: false, now: now)
    }

    /// A prompt has ended without the merchant's answer. An amount that is entered soon after counts as its late
    /// answer.
    mutating func endQuestion(isShown: Bool, now: Duration) {
        keypad.questionEnded(now: now)
        if !isShown { show(.questionOver) }
    }

    /// A sum that waits stands on the display until it is used, taken back, or past its time.
    mutating func showWaitingSum(now: Duration) {
        keypad.seen()
        if let amount = keypad.lapse(now: now) { show(.sumLapsed(amount)) }
        guard work == nil, let amount = keypad.waiting?.amount else { return }
        let last = outputs.last { if case .show = $0 { true } else { false } }
        if let last, last != .show(.amountReady(amount)) { show(.amountReady(amount)) }
    }
}

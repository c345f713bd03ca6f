import DeviceLink
import DeviceProtocol
import RelayDomain

// What the relay terminal of a paired counter does: the POS carries out what phones submit at its tag, and here people
// see it.

/// A transaction that passes at the tag of a paired counter.
struct PassingTransaction: Hashable, Sendable {
    let id: TransactionID
    /// Whether the merchant has canceled it, and the relay has not recorded that yet.
    var isUnwanted = false
}

extension TerminalCore {
    /// A phone's transaction has moved on. It carries no sum of this terminal's: the POS has its own.
    mutating func passingReported(_ news: Passing) {
        let id = news.status.id
        if passing?.id != id, news.status.state != .ended {
            passing = PassingTransaction(id: id)
            passBy()
        }
        show(.passing(news))
        if news.status.state != .ended {
            onDisplay = .transaction(id)
        } else if passing?.id == id {
            passing = nil
        }
    }

    /// A phone has tapped: its customer pays at the POS, and may be the one whose code did not read. No sum that was
    /// keyed before waits for the next customer. A scan that may be at the relay keeps its own, and gives it not back.
    private mutating func passBy() {
        if let sum = keypad.clear() { show(.sumPassedBy(sum)) }
        switch work {
        case .reading(var reading):
            if let sum = reading.sum { show(.sumPassedBy(sum.amount)) }
            reading.sum = nil
            work = .reading(reading)
        case .scanning(var attempt):
            attempt.isPassedBy = attempt.sum != nil
            work = .scanning(attempt)
        case .asking, .submitting, .awaiting, nil: break
        }
    }
}

extension CounterFacts {
    /// Whether such sums are counted here. Of a shop that is not registered nothing is known.
    func counts(_ unit: Amount.Unit) -> Bool {
        switch unit {
        case .currency(let currency): currencies.isEmpty || currencies.contains(currency)
        case .points(let program): shop == nil || programs.contains(program)
        }
    }
}

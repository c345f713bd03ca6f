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
            if let sum = keypad.clear() { show(.sumPassedBy(sum)) }
        }
        show(.passing(news))
        if news.status.state != .ended {
            onDisplay = .transaction(id)
        } else if passing?.id == id {
            passing = nil
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

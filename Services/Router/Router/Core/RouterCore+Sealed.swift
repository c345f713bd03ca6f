import RelayDomain

// Sealed bytes are in memory alone (ADR 4): after a takeover a repeat of the submission or the device brings them
// again.
extension RouterCore {
    /// A repeat brings the sealed bytes of a transaction. Its body is the first one's, so they open to the same.
    ///
    /// If they are missing here, a command that no device has acknowledged may have been lost with the router that
    /// accepted it: it is sent again.
    mutating func broughtAgain(_ sealed: SealedInformation, of id: TransactionID, _ turn: inout Turn) {
        guard let held = live[id], held.sealed == nil, held.needsSealed else { return }
        live[id]?.brought(sealed)
        advance(id, by: CommandStateMachine.Event.informationBroughtAgain, &turn)
    }
}

extension RouterCore.Live {
    /// Whether a device or an adapter may still have to be given the sealed bytes.
    var needsSealed: Bool {
        switch transaction.passage.state {
        case .accepted, .commanded:
            if case .issued = transaction.command?.state { return true }
            return transaction.pos == nil  // A POS agent keeps what it has received.
        case .authorizing: return true
        case .pendingCustomer, .unknown, .reversing, .ended: return false
        }
    }

    /// Keeps sealed bytes for those who need them, unless they are here already.
    mutating func brought(_ sealed: SealedInformation) { self.sealed = self.sealed ?? sealed }

    /// Whether a terminal may submit these bytes: those that it was sent.
    ///
    /// After a takeover it is not known which ones those were: the journal has no trace of them, and a repeat brings
    /// others. Any may come then, because the seal decides at the adapter: it is bound to application, terminal,
    /// operation, key and expiry, which the router names from the journal (``Transaction/sealedFor``). Bytes of another
    /// transaction do not open there, and nothing is sent.
    func mayBring(_ brought: SealedInformation) -> Bool {
        guard isAcceptedHere, let sealed else { return true }
        return sealed.bytes == brought.bytes
    }
}

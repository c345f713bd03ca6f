import RelayDomain

// What is asked again and again until the destination has said it: inquiries, and reversals.
extension RouterCore {
    /// Asks any ready adapter what became of a transaction. Without one, the first that is ready is asked.
    mutating func inquire(_ id: TransactionID, _ turn: inout Turn) {
        guard let followUp = followUp(id), let peer = adapters.next(of: followUp.destination) else {
            if let destination = live[id]?.transaction.destination {
                waitingInquiries[destination, default: []].insert(id)
            }
            return
        }
        stampFirst(.inquired, id, turn.now)
        turn.outputs.append(.ask(.inquire(followUp), peer))
    }

    /// Tells any ready adapter to take a transaction back. Without one, the machine's next turn or the first that is ready.
    mutating func reverse(_ id: TransactionID, isRepeat: Bool, _ turn: inout Turn) {
        guard let followUp = followUp(id), let peer = adapters.next(of: followUp.destination) else { return }
        turn.outputs.append(.ask(.reverse(followUp, isRepeat: isRepeat), peer))
    }

    /// An adapter of this destination is ready, or well again: what waits for one is asked at once.
    mutating func askAgain(_ destination: DestinationID, _ turn: inout Turn) {
        for id in waitingInquiries.removeValue(forKey: destination)?.sorted() ?? []
        where live[id]?.transaction.passage.awaitsInquiry == true {
            inquire(id, &turn)
        }
        for id in openReversals[destination]?.sorted() ?? [] { advance(id, by: .destinationReady, &turn) }
    }

    /// While a reversal is open, its destination's adapters are asked how it is: it may be well again before the next try.
    mutating func askHealth(_ turn: inout Turn) {
        guard !openReversals.isEmpty else { return nextHealthAsk = nil }
        guard let due = nextHealthAsk else { return nextHealthAsk = turn.now + Bounds.healthPace }
        guard turn.now >= due else { return }
        nextHealthAsk = turn.now + Bounds.healthPace
        for destination in openReversals.keys.sorted() {
            for peer in adapters.all(of: destination) { turn.outputs.append(.ask(.askHealth, peer)) }
        }
    }

    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber, _ turn: inout Turn) {
        if let destination = adapters.healthTold(isGood, by: peer) { askAgain(destination, &turn) }
    }

    /// A reversal that begins or ends.
    mutating func keepReversal(_ transaction: Transaction) {
        if transaction.passage.state == .reversing {
            openReversals[transaction.destination, default: []].insert(transaction.id)
        } else if openReversals[transaction.destination]?.remove(transaction.id) != nil,
            openReversals[transaction.destination]?.isEmpty == true
        {
            openReversals[transaction.destination] = nil
        }
    }

    private func followUp(_ id: TransactionID) -> FollowUp? {
        guard let transaction = live[id]?.transaction, let reference = transaction.reference,
            let authorizedAt = transaction.passage.entered.authorizing, let notAfter = transaction.passage.notAfter
        else { return nil }
        return FollowUp(
            transaction: id, reference: reference, destination: transaction.destination,
            application: transaction.application, terminal: transaction.terminal, operation: transaction.operation,
            amount: transaction.amount, authorizedAt: authorizedAt, notAfter: notAfter,
            adapterState: transaction.adapterState)
    }

    /// A repeat leaves no stamp: a path has room for what happened, not for how often it was asked.
    private mutating func stampFirst(_ act: Receipt.Act, _ id: TransactionID, _ now: Instant) {
        guard live[id]?.transaction.receipts.contains(where: { $0.act == act }) == false else { return }
        live[id]?.transaction.stamp(Receipt(.router, act, at: now))
    }
}

extension TransactionStateMachine {
    /// Whether an answer to an inquiry could move it.
    fileprivate var awaitsInquiry: Bool { state == .pendingCustomer || state == .unknown }
}

import RelayDomain

// From the decision to the destination's answer.
extension RouterCore {
    /// Hands the request to a ready adapter, or keeps it until one is ready or `notAfter` has passed.
    mutating func authorize(_ id: TransactionID, isDecision: Bool, _ turn: inout Turn) {
        if isDecision {
            live[id]?.transaction.stamp(Receipt(.router, .authorized, at: turn.now))
            note(.authorizing, of: id, &turn)
            let reference = ReferenceNumber(journal: journal, sequence: lastSequence)
            live[id]?.transaction.reference = reference
        }
        if !handOver(id, except: nil, &turn), let destination = live[id]?.transaction.destination {
            waitingForAdapter[destination, default: []].append(id)
        }
    }

    /// - Returns: false if no adapter has room; then nothing has left.
    private mutating func handOver(_ id: TransactionID, except refusing: PeerNumber?, _ turn: inout Turn) -> Bool {
        guard let held = live[id], case .authorizing(let since, .waiting) = held.transaction.passage.state,
            let reference = held.transaction.reference,
            let peer = adapters.take(held.transaction.destination, for: id, except: refusing)
        else { return false }
        let request = AuthorizationRequest(
            transaction: id, reference: reference, destination: held.transaction.destination,
            operation: held.transaction.operation, amount: held.transaction.amount, sealed: held.sealed,
            sealedFor: held.transaction.sealedFor, notAfter: since + TransactionStateMachine.Limits.handover)
        turn.outputs.append(.authorize(request, peer))
        advance(id, by: TransactionStateMachine.Event.handedOver, &turn)
        return true
    }

    mutating func adapterReady(_ manifest: DestinationManifest, _ peer: PeerNumber, _ turn: inout Turn) {
        adapters.ready(manifest, peer)
        handOverWaiting(for: manifest.destination, &turn)
    }

    /// An adapter has room again.
    private mutating func handOverWaiting(for destination: DestinationID, _ turn: inout Turn) {
        guard let waiting = waitingForAdapter.removeValue(forKey: destination) else { return }
        var left = waiting[...]
        while let id = left.first {
            let isWaiting: Bool
            if case .authorizing(_, .waiting)? = live[id]?.transaction.passage.state {
                isWaiting = true
            } else {
                isWaiting = false
            }
            guard !isWaiting || handOver(id, except: nil, &turn) else { break }
            left.removeFirst()
        }
        if !left.isEmpty { waitingForAdapter[destination] = Array(left) }
    }

    mutating func notTaken(_ id: TransactionID, by peer: PeerNumber, _ turn: inout Turn) {
        adapters.release(id)
        guard var passage = live[id]?.transaction.passage else { return }
        guard passage.apply(.notTaken, at: turn.now) == [.authorize] else { return }
        live[id]?.transaction.passage = passage
        watch(id)
        if !handOver(id, except: peer, &turn), let destination = live[id]?.transaction.destination {
            waitingForAdapter[destination, default: []].append(id)
        }
    }

    mutating func take(_ answer: AuthorizationAnswer, _ turn: inout Turn) {
        let id = answer.transaction
        if let held = live[id] {
            for receipt in answer.receipts { live[id]?.transaction.stamp(receipt) }
            if answer.answer != .pendingCustomer { adapters.release(id) }
            advance(id, by: TransactionStateMachine.Event.destinationAnswered(answer.answer), &turn)
            handOverWaiting(for: held.transaction.destination, &turn)
        } else if let finished = turn.recall.transactions[id] {
            var passage = finished.passage
            for action in passage.apply(.destinationAnswered(answer.answer), at: turn.now) {
                if case .mark(let reason) = action { mark(finished, reason, &turn) }
            }
        }
    }
}

import RelayDomain

// From the decision to the destination's answer: the authorization, once.
extension RouterCore {
    /// Sends the request to a ready adapter, or keeps it until one is ready or `notAfter` has passed.
    mutating func authorize(_ id: TransactionID, isDecision: Bool, _ turn: inout Turn) {
        if isDecision {
            live[id]?.transaction.stamp(.authorized, at: turn.now)
            nameAttributes(id)
            record(.authorizing, of: id, &turn)
            let reference = RetrievalReferenceNumber(journal: journal, sequence: lastSequence)
            live[id]?.transaction.reference = reference
        }
        handOverOrWait(id, &turn)
    }

    /// What the terminal is called at the destination now: inquiries and reversals name it so too.
    private mutating func nameAttributes(_ id: TransactionID) {
        guard let transaction = live[id]?.transaction,
            let attributes = registry.terminal(transaction.terminal)?.at[transaction.destination]
        else { return }
        let details = transaction.details
        live[id]?.transaction.details = OrderDetails(
            attributes: attributes, parts: details.parts, title: details.title, customer: details.customer)
    }

    private mutating func handOverOrWait(_ id: TransactionID, _ turn: inout Turn) {
        if !handOver(id, &turn), let destination = live[id]?.transaction.destination {
            waitingForAdapter[destination, default: []].append(id)
        }
    }

    /// - Returns: false if no adapter has room, or it is too late; then nothing was sent.
    private mutating func handOver(_ id: TransactionID, _ turn: inout Turn) -> Bool {
        guard let held = live[id], let sealed = held.sealed, isWaiting(id), let notAfter = limit(of: held.transaction),
            turn.now < notAfter,
            let reference = held.transaction.reference,
            let peer = adapters.assign(held.transaction.destination, for: id, now: turn.now)
        else { return false }
        let request = AuthorizationRequest(
            transaction: id, reference: reference, destination: held.transaction.destination,
            operation: held.transaction.operation, amount: held.transaction.amount, sealed: sealed,
            sealedFor: held.transaction.sealedFor, notAfter: notAfter, details: held.transaction.details)
        turn.outputs.append(.authorize(request, peer))
        advance(id, by: TransactionStateMachine.Event.dispatched, &turn)
        return true
    }

    /// After this time the authorization must not be sent: `notAfter`, or the code's expiry if earlier.
    private func limit(of transaction: Transaction) -> Instant? {
        transaction.passage.notAfter.map { min($0, transaction.codeExpiresAt ?? $0) }
    }

    /// Whether the authorization has not been given to any socket yet.
    private func isWaiting(_ id: TransactionID) -> Bool {
        live[id]?.transaction.passage.state == .authorizing(.waiting)
    }

    mutating func adapterReady(_ manifest: DestinationManifest, _ peer: PeerNumber, _ turn: inout Turn) {
        adapters.ready(manifest, peer)
        if registry.destination(manifest.destination) == nil {
            turn.outputs.append(.orderAdapter(.notRegistered(manifest.destination), peer))
        }
        handOverWaiting(for: manifest.destination, &turn)
        askAgain(manifest.destination, &turn)
    }

    /// An adapter may have room again.
    mutating func handOverWaiting(for destination: DestinationID, _ turn: inout Turn) {
        guard var line = waitingForAdapter.removeValue(forKey: destination) else { return }
        var left: [TransactionID] = []
        while adapters.hasRoom(destination), let id = line.popFirst() {
            // A transaction whose time has passed must not delay those after it.
            if isWaiting(id), !handOver(id, &turn) { left.append(id) }
        }
        line.prepend(contentsOf: left)
        waitingForAdapter[destination] = line
        dropEnded(from: destination)
    }

    /// The first in the line may have ended. Each is dropped once, whether or not an adapter has room: many may end in
    /// one turn.
    mutating func dropEnded(from destination: DestinationID) {
        while let first = waitingForAdapter[destination]?.first, !isWaiting(first) {
            waitingForAdapter[destination]?.removeFirst()
        }
        if waitingForAdapter[destination]?.isEmpty == true { waitingForAdapter[destination] = nil }
    }

    mutating func notTaken(_ id: TransactionID, by peer: PeerNumber, _ turn: inout Turn) {
        adapters.release(id)
        adapters.refused(id, by: peer)
        guard var passage = live[id]?.transaction.passage else { return }
        if passage.state == .unknown { return advance(id, by: .notTaken, &turn) }
        guard passage.apply(.notTaken, at: turn.now) == [.authorize] else { return }
        live[id]?.transaction.passage = passage
        watch(id)
        handOverOrWait(id, &turn)
        answerUnlessAsked(id, &turn)
    }

    /// What an adapter answered, about a transaction that waits for it or one that has its outcome. It counts only for
    /// the adapter's own destination.
    mutating func adapterAnswered(_ answer: AdapterAnswer, from peer: PeerNumber, _ turn: inout Turn) {
        let id = answer.transaction
        guard let known = live[id]?.transaction ?? turn.recall.transactions[id] else { return }
        guard let manifest = adapters.manifest(of: peer), manifest.destination == known.destination else {
            return turn.outputs.append(.count(.notYours))
        }
        let wellAgain = adapters.answered(answer.word, about: id, by: peer)
        defer { if let wellAgain { askAgain(wellAgain, &turn) } }  // This answer counts first.
        let event = event(for: answer, visibilityDelay: manifest.visibilityDelay, now: turn.now)
        guard let held = live[id] else {
            keepState(answer.adapterState, ofReopened: id, &turn)
            return advanceFinished(known, by: event, "\(answer.word)", &turn)
        }
        if case .authorization = answer.word, let since = adapters.release(id) {
            turn.outputs.append(.answered(known.destination, after: turn.now - since))
        }
        guard held.transaction.version < bounds.wordsMax || answer.word.ends(held.transaction) else {
            turn.outputs.append(.count(.overloaded))
            return handOverWaiting(for: held.transaction.destination, &turn)
        }
        if answer.isLastWord {
            let cause = held.transaction.stamped(answer.cause) ?? held.transaction.acceptedAt
            live[id]?.transaction.stamp(answer.hopStamps, notBefore: cause, now: turn.now)
        }
        if let state = answer.adapterState, state != held.transaction.adapterState,
            held.transaction.version < bounds.wordsMax
        {
            live[id]?.transaction.adapterState = state
            record(.answered, of: id, &turn, detail: "the adapter's state")
        }
        keepText(of: answer.word, about: held.transaction)
        advance(id, by: event, &turn)
        handOverWaiting(for: held.transaction.destination, &turn)
    }

    /// An adapter wants something durable before it asks its destination; the answer leaves after the commit.
    mutating func adapterRemembers(
        _ state: AdapterState, of id: TransactionID, _ peer: PeerNumber, _ turn: inout Turn
    ) {
        guard let transaction = live[id]?.transaction else { return }
        guard adapters.manifest(of: peer)?.destination == transaction.destination else {
            return turn.outputs.append(.count(.notYours))
        }
        guard transaction.version < bounds.wordsMax else { return turn.outputs.append(.count(.overloaded)) }
        if state != transaction.adapterState {
            live[id]?.transaction.adapterState = state
            record(.answered, of: id, &turn, detail: "the adapter's state")
        }
        turn.outputs.append(.orderAdapter(.remembered(id), peer))
    }

    /// Keeps what the destination says of a reversal that it refuses.
    private mutating func keepText(of word: AdapterAnswer.Word, about transaction: Transaction) {
        guard transaction.outcome == nil else { return }
        switch word {
        case .reversal(.refused(let reason)):
            if transaction.passage.state == .reversing, let text = reason.text {
                live[transaction.id]?.transaction.text = text
            }
        case .reversal(.confirmed): live[transaction.id]?.transaction.text = nil
        case .authorization, .inquiry, .reversal(.unknown): break
        }
    }

    /// Without a stamp of its beginning, an inquiry counts as begun now.
    private func event(
        for answer: AdapterAnswer, visibilityDelay: Duration, now: Instant
    ) -> TransactionStateMachine.Event {
        let askedAt = answer.hopStamps.first { $0.hop == .adapter && $0.act == .received }?.at ?? now
        return switch answer.word {
        case .authorization(let answer): .destinationAnswered(answer)
        case .reversal(let answer): .reversalAnswered(answer)
        case .inquiry(let answer):
            .inquiryAnswered(answer, askedAt: min(askedAt, now), visibilityDelay: visibilityDelay)
        }
    }
}

extension AdapterAnswer.Word {
    /// Whether it gives the transaction its outcome: then it is written even beyond the limit of events.
    fileprivate func ends(_ transaction: Transaction) -> Bool {
        let isReversing = transaction.passage.state == .reversing
        return switch self {
        case .authorization(.approved), .authorization(.declined), .authorization(.notSent), .inquiry(.approved),
            .inquiry(.declined), .inquiry(.reversed):
            !isReversing
        case .reversal: isReversing
        case .authorization, .inquiry: false
        }
    }
}

extension AdapterAnswer {
    /// Whether the stamps that came with it belong to the path: an inquiry that learned nothing leaves no trace.
    fileprivate var isLastWord: Bool {
        switch word {
        case .authorization, .inquiry(.approved), .inquiry(.declined), .inquiry(.reversed), .reversal(.confirmed),
            .reversal(.refused):
            true
        case .inquiry(.pendingCustomer), .inquiry(.unknown), .inquiry(.notFound), .inquiry(.notSent),
            .reversal(.unknown):
            false
        }
    }

    /// What the router did that it answers.
    fileprivate var cause: HopStamp.Act {
        switch word {
        case .authorization: .authorized
        case .inquiry: .inquired
        case .reversal: .reversalRequested
        }
    }
}

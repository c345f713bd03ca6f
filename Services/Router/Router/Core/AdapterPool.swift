import RelayDomain

/// The adapters that are ready, and what each of them has been asked.
struct AdapterPool {
    /// For how long an inquiry or a reversal may be unanswered when its transaction's next one is due.
    static let patience = Duration.seconds(3)

    /// Why an adapter comes last among those that serve its destination, until its own word removes the doubt.
    private struct Doubts: OptionSet {
        let rawValue: UInt8
        /// Its last answer to an authorization was that it could not ask.
        static let couldNotAsk = Doubts(rawValue: 1)
        /// It said last that the destination is not well, and nothing since has shown otherwise.
        static let isUnwell = Doubts(rawValue: 2)
        /// An authorization was unanswered at its limit, and none has been answered since.
        static let isSilent = Doubts(rawValue: 4)
        /// An inquiry or a reversal was unanswered when the next was due, and none has been answered since.
        static let isSilentOnFollowUps = Doubts(rawValue: 8)
    }

    private struct Adapter {
        var manifest: DestinationManifest
        var asked: Set<TransactionID> = []
        var doubts: Doubts = []
        /// What its socket has not taken since it said something last.
        var notTaken: Set<TransactionID> = []
    }

    private var adapters: [PeerNumber: Adapter] = [:]
    private var byDestination: [DestinationID: [PeerNumber]] = [:]
    private var askedOf: [TransactionID: PeerNumber] = [:]
    /// Who was given the last follow-up.
    private var followedUp: [DestinationID: PeerNumber] = [:]
    /// Since when follow-ups about a transaction are unanswered, and by whom.
    private(set) var unanswered: [TransactionID: [PeerNumber: Instant]] = [:]

    /// What a destination can do, as one of its ready adapters says.
    func manifest(of destination: DestinationID) -> DestinationManifest? {
        byDestination[destination]?.first.flatMap { adapters[$0]?.manifest }
    }

    func manifest(of peer: PeerNumber) -> DestinationManifest? { adapters[peer]?.manifest }

    func all(of destination: DestinationID) -> [PeerNumber] { byDestination[destination] ?? [] }

    /// An adapter of a destination for a follow-up, whether it has room for authorizations or not: each in turn, so that one
    /// that cannot reach the destination is not the only one ever asked. Those in doubt come last.
    mutating func next(of destination: DestinationID, about transaction: TransactionID, now: Instant) -> PeerNumber? {
        for (peer, since) in unanswered[transaction] ?? [:] where now - since >= Self.patience {
            adapters[peer]?.doubts.insert(.isSilentOnFollowUps)
        }
        let peers = all(of: destination)
        let start = followedUp[destination].flatMap(peers.firstIndex).map { $0 + 1 } ?? 0
        let inTurn = peers[start...] + peers[..<start]
        guard let next = inTurn.first(where: { adapters[$0]?.doubts.isEmpty == true }) ?? inTurn.first else {
            return nil
        }
        followedUp[destination] = next
        if unanswered[transaction]?[next] == nil { unanswered[transaction, default: [:]][next] = now }
        return next
    }

    /// - Returns: the adapter's destination if it was not well before and is now.
    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber) -> DestinationID? {
        heard(peer)
        guard !isGood else { return foundWell(peer) }
        adapters[peer]?.doubts.insert(.isUnwell)
        return nil
    }

    private mutating func foundWell(_ peer: PeerNumber) -> DestinationID? {
        adapters[peer]?.doubts.remove(.isUnwell) == nil ? nil : adapters[peer]?.manifest.destination
    }

    mutating func ready(_ manifest: DestinationManifest, _ peer: PeerNumber) {
        if let former = adapters[peer]?.manifest.destination, former != manifest.destination {
            byDestination[former]?.removeAll { $0 == peer }
        }
        adapters[peer, default: Adapter(manifest: manifest)].manifest = manifest
        adapters[peer]?.doubts = []
        heard(peer)
        if byDestination[manifest.destination]?.contains(peer) != true {
            byDestination[manifest.destination, default: []].append(peer)
        }
    }

    /// It is asked nothing more; what it has been asked it still answers.
    mutating func draining(_ peer: PeerNumber) {
        if let manifest = adapters[peer]?.manifest { byDestination[manifest.destination]?.removeAll { $0 == peer } }
    }

    /// It has answered: what its word shows of it counts from now on.
    /// - Returns: the adapter's destination if it was not well before and has decided something now.
    mutating func answered(
        _ word: AdapterAnswer.Word, about transaction: TransactionID, by peer: PeerNumber
    ) -> DestinationID? {
        heard(peer)
        if case .authorization(let answer) = word {
            adapters[peer]?.doubts.remove(.isSilent)
            if answer == .notSent {
                adapters[peer]?.doubts.insert(.couldNotAsk)
            } else {
                adapters[peer]?.doubts.remove(.couldNotAsk)
            }
        } else {
            adapters[peer]?.doubts.remove(.isSilentOnFollowUps)
            unanswered[transaction]?[peer] = nil
            if unanswered[transaction]?.isEmpty == true { unanswered[transaction] = nil }
        }
        return word.isTheDestinations ? foundWell(peer) : nil
    }

    /// An authorization has reached its limit. Who has it and has not answered is silent.
    mutating func ranOut(_ transaction: TransactionID) {
        if let peer = askedOf[transaction] { adapters[peer]?.doubts.insert(.isSilent) }
    }

    /// Its socket has not taken a request: it is not handed this one again until it says something.
    mutating func refused(_ transaction: TransactionID, by peer: PeerNumber) {
        adapters[peer]?.notTaken.insert(transaction)
    }

    /// It has said something.
    mutating func heard(_ peer: PeerNumber) { adapters[peer]?.notTaken = [] }

    /// Whether any adapter of a destination may be handed one more.
    func hasRoom(_ destination: DestinationID) -> Bool {
        all(of: destination).contains { peer in
            adapters[peer].map { $0.asked.count < $0.manifest.concurrent } ?? false
        }
    }

    /// Takes the least busy adapter of a destination for a transaction, one in doubt only where no other has room; nil if
    /// none has.
    mutating func take(_ destination: DestinationID, for transaction: TransactionID) -> PeerNumber? {
        var best: (peer: PeerNumber, burden: (Int, Int))?
        for peer in all(of: destination) {
            guard let adapter = adapters[peer], !adapter.notTaken.contains(transaction),
                adapter.asked.count < adapter.manifest.concurrent
            else { continue }
            let burden = (adapter.doubts.isEmpty ? 0 : 1, adapter.asked.count)
            if best.map({ burden < $0.burden }) ?? true { best = (peer, burden) }
        }
        guard let best else { return nil }
        adapters[best.peer]?.asked.insert(transaction)
        askedOf[transaction] = best.peer
        return best.peer
    }

    /// The transaction needs its adapter no longer.
    mutating func release(_ transaction: TransactionID) {
        if let peer = askedOf.removeValue(forKey: transaction) { adapters[peer]?.asked.remove(transaction) }
    }

    /// Nothing more is asked about the transaction.
    mutating func forget(_ transaction: TransactionID) {
        release(transaction)
        unanswered[transaction] = nil
    }

    /// - Returns: the transactions that the adapter had been asked about and has not answered.
    mutating func lost(_ peer: PeerNumber) -> [TransactionID] {
        guard let adapter = adapters.removeValue(forKey: peer) else { return [] }
        byDestination[adapter.manifest.destination]?.removeAll { $0 == peer }
        for transaction in adapter.asked { askedOf[transaction] = nil }
        unanswered = unanswered.compactMapValues { peers in
            let others = peers.filter { $0.key != peer }
            return others.isEmpty ? nil : others
        }
        return adapter.asked.sorted()
    }
}

extension AdapterAnswer.Word {
    /// Whether it can only come from the destination itself.
    fileprivate var isTheDestinations: Bool {
        switch self {
        case .authorization(.unknown), .authorization(.notSent), .inquiry(.unknown), .inquiry(.notSent),
            .reversal(.unknown):
            false
        case .authorization, .inquiry, .reversal: true
        }
    }
}

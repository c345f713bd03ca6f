import RelayDomain

/// The adapters that are ready, and what each of them has been asked.
struct AdapterPool {
    private struct Adapter {
        var manifest: DestinationManifest
        var asked: Set<TransactionID> = []
        /// What it said last; nil: it was not asked yet.
        var isWell: Bool?
        /// Its last answer to an authorization was that it could not ask.
        var couldNotAsk = false
        /// What its socket has not taken since it said something last.
        var notTaken: Set<TransactionID> = []
    }

    private var adapters: [PeerNumber: Adapter] = [:]
    private var byDestination: [DestinationID: [PeerNumber]] = [:]
    private var askedOf: [TransactionID: PeerNumber] = [:]
    /// Who was given the last follow-up.
    private var followedUp: [DestinationID: PeerNumber] = [:]

    /// What a destination can do, as one of its ready adapters says.
    func manifest(of destination: DestinationID) -> DestinationManifest? {
        byDestination[destination]?.first.flatMap { adapters[$0]?.manifest }
    }

    func manifest(of peer: PeerNumber) -> DestinationManifest? { adapters[peer]?.manifest }

    func all(of destination: DestinationID) -> [PeerNumber] { byDestination[destination] ?? [] }

    /// An adapter of a destination for a follow-up, whether it has room for authorizations or not: each in turn, so that one
    /// that cannot reach the destination is not the only one ever asked. Who says that it is not well comes last.
    mutating func next(of destination: DestinationID) -> PeerNumber? {
        let peers = all(of: destination)
        let start = followedUp[destination].flatMap(peers.firstIndex).map { $0 + 1 } ?? 0
        let inTurn = peers[start...] + peers[..<start]
        followedUp[destination] = inTurn.first { adapters[$0]?.isWell != false } ?? inTurn.first
        return followedUp[destination]
    }

    /// - Returns: the adapter's destination if it was not well before and is now.
    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber) -> DestinationID? {
        guard let adapter = adapters[peer] else { return nil }
        heard(peer)
        adapters[peer]?.isWell = isGood
        return isGood && adapter.isWell == false ? adapter.manifest.destination : nil
    }

    mutating func ready(_ manifest: DestinationManifest, _ peer: PeerNumber) {
        if let former = adapters[peer]?.manifest.destination, former != manifest.destination {
            byDestination[former]?.removeAll { $0 == peer }
        }
        adapters[peer, default: Adapter(manifest: manifest)].manifest = manifest
        adapters[peer]?.couldNotAsk = false
        heard(peer)
        if byDestination[manifest.destination]?.contains(peer) != true {
            byDestination[manifest.destination, default: []].append(peer)
        }
    }

    /// It is asked nothing more; what it has been asked it still answers.
    mutating func draining(_ peer: PeerNumber) {
        if let manifest = adapters[peer]?.manifest { byDestination[manifest.destination]?.removeAll { $0 == peer } }
    }

    /// Notes whether an adapter could ask its destination. One that cannot answers at once and so is never busy: of those
    /// that have room it comes last.
    mutating func answered(_ answer: DestinationAnswer, by peer: PeerNumber) {
        adapters[peer]?.couldNotAsk = answer == .notSent
    }

    /// Its socket has not taken a request: it is not handed this one again until it says something.
    mutating func refused(_ transaction: TransactionID, by peer: PeerNumber) {
        adapters[peer]?.notTaken.insert(transaction)
    }

    /// It has said something.
    mutating func heard(_ peer: PeerNumber) { adapters[peer]?.notTaken = [] }

    /// Takes the least busy adapter of a destination for a transaction; nil if none has room.
    mutating func take(_ destination: DestinationID, for transaction: TransactionID) -> PeerNumber? {
        var best: (peer: PeerNumber, burden: (Int, Int))?
        for peer in all(of: destination) {
            guard let adapter = adapters[peer], !adapter.notTaken.contains(transaction),
                adapter.asked.count < adapter.manifest.concurrent
            else { continue }
            let burden = (adapter.couldNotAsk ? 1 : 0, adapter.asked.count)
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

    /// - Returns: the transactions that the adapter had been asked about and has not answered.
    mutating func lost(_ peer: PeerNumber) -> [TransactionID] {
        guard let adapter = adapters.removeValue(forKey: peer) else { return [] }
        byDestination[adapter.manifest.destination]?.removeAll { $0 == peer }
        for transaction in adapter.asked { askedOf[transaction] = nil }
        return adapter.asked.sorted()
    }
}

import RelayDomain

/// The adapters that are ready, and what each of them has been asked.
struct AdapterPool {
    private struct Adapter {
        var manifest: DestinationManifest
        var asked: Set<TransactionID> = []
        /// What it said last; nil: it was not asked yet.
        var isWell: Bool?
    }

    private var adapters: [PeerNumber: Adapter] = [:]
    private var byDestination: [DestinationID: [PeerNumber]] = [:]
    private var askedOf: [TransactionID: PeerNumber] = [:]

    /// What a destination can do, as one of its ready adapters says.
    func manifest(of destination: DestinationID) -> DestinationManifest? {
        byDestination[destination]?.first.flatMap { adapters[$0]?.manifest }
    }

    func manifest(of peer: PeerNumber) -> DestinationManifest? { adapters[peer]?.manifest }

    func all(of destination: DestinationID) -> [PeerNumber] { byDestination[destination] ?? [] }

    /// The least busy adapter of a destination, whether it has room for authorizations or not.
    func any(of destination: DestinationID) -> PeerNumber? {
        all(of: destination).min { (adapters[$0]?.asked.count ?? 0) < (adapters[$1]?.asked.count ?? 0) }
    }

    /// - Returns: the adapter's destination if it was not well before and is now.
    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber) -> DestinationID? {
        guard let adapter = adapters[peer] else { return nil }
        adapters[peer]?.isWell = isGood
        return isGood && adapter.isWell == false ? adapter.manifest.destination : nil
    }

    mutating func ready(_ manifest: DestinationManifest, _ peer: PeerNumber) {
        if let former = adapters[peer]?.manifest.destination, former != manifest.destination {
            byDestination[former]?.removeAll { $0 == peer }
        }
        adapters[peer, default: Adapter(manifest: manifest)].manifest = manifest
        if byDestination[manifest.destination]?.contains(peer) != true {
            byDestination[manifest.destination, default: []].append(peer)
        }
    }

    /// Takes the least busy adapter of a destination for a transaction; nil if none has room.
    mutating func take(_ destination: DestinationID, for transaction: TransactionID, except refusing: PeerNumber? = nil)
        -> PeerNumber?
    {
        var best: (peer: PeerNumber, asked: Int)?
        for peer in byDestination[destination] ?? [] where peer != refusing {
            guard let adapter = adapters[peer], adapter.asked.count < adapter.manifest.concurrent else { continue }
            if adapter.asked.count < best?.asked ?? .max { best = (peer, adapter.asked.count) }
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

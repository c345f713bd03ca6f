import RelayDomain

/// The ready adapters, and the open requests of each.
struct AdapterPool {
    /// How long an inquiry or a reversal must have been unanswered, when the next is due, for the adapter to count as
    /// silent.
    static let answerTimeout = Duration.seconds(3)

    private struct Adapter {
        var manifest: DestinationManifest
        var asked: Set<TransactionID> = []
        var doubts: Set<AdapterDoubt> = []
        /// Requests that its socket has refused since its last message.
        var notTaken: Set<TransactionID> = []
    }

    /// The open requests of an adapter, and since when they are open.
    private struct Asked {
        let peer: PeerNumber
        let since: Instant
    }

    /// Grows whenever an adapter connects, disconnects, or a doubt about it begins or ends.
    private(set) var changes: UInt64 = 0
    private var adapters: [PeerNumber: Adapter] = [:]
    private var names: [PeerNumber: String] = [:]
    private var byDestination: [DestinationID: [PeerNumber]] = [:]
    private var askedOf: [TransactionID: Asked] = [:]
    /// Since when a destination has had no adapter. Kept only for destinations that were needed.
    private var missingSince: [DestinationID: Instant] = [:]
    /// The adapter that got the last follow-up.
    private var followedUp: [DestinationID: PeerNumber] = [:]
    /// Since when follow-ups about a transaction are unanswered, by adapter.
    private(set) var unanswered: [TransactionID: [PeerNumber: Instant]] = [:]

    /// The manifest of a destination, from one of its ready adapters.
    func manifest(of destination: DestinationID) -> DestinationManifest? {
        byDestination[destination]?.first.flatMap { adapters[$0]?.manifest }
    }

    func manifest(of peer: PeerNumber) -> DestinationManifest? { adapters[peer]?.manifest }

    func all(of destination: DestinationID) -> [PeerNumber] { byDestination[destination] ?? [] }

    /// An adapter of a destination for a follow-up, whether it has room for authorizations or not: in turn, so that an
    /// adapter that cannot reach the destination does not get all of them. Adapters in doubt come last.
    mutating func next(of destination: DestinationID, about transaction: TransactionID, now: Instant) -> PeerNumber? {
        for (peer, since) in unanswered[transaction] ?? [:] where now - since >= Self.answerTimeout {
            doubt(peer, .silentOnFollowUps)
        }
        let peers = all(of: destination)
        let start = followedUp[destination].flatMap(peers.firstIndex).map { $0 + 1 } ?? 0
        let inTurn = peers[start...] + peers[..<start]
        guard let next = inTurn.first(where: { adapters[$0]?.doubts.isEmpty == true }) ?? inTurn.first else {
            missingSince[destination] = missingSince[destination] ?? now
            return nil
        }
        followedUp[destination] = next
        if unanswered[transaction]?[next] == nil { unanswered[transaction, default: [:]][next] = now }
        return next
    }

    /// - Returns: the adapter's destination if it was not healthy before and is now.
    mutating func healthTold(_ isGood: Bool, by peer: PeerNumber) -> DestinationID? {
        heard(peer)
        guard !isGood else { return foundWell(peer) }
        doubt(peer, .unwell)
        return nil
    }

    private mutating func foundWell(_ peer: PeerNumber) -> DestinationID? {
        trust(peer, .unwell) ? adapters[peer]?.manifest.destination : nil
    }

    private mutating func doubt(_ peer: PeerNumber, _ doubt: AdapterDoubt) {
        if adapters[peer]?.doubts.insert(doubt).inserted == true { changes += 1 }
    }

    /// - Returns: whether it was in this doubt.
    @discardableResult
    private mutating func trust(_ peer: PeerNumber, _ doubt: AdapterDoubt) -> Bool {
        guard adapters[peer]?.doubts.contains(doubt) == true else { return false }
        adapters[peer]?.doubts.remove(doubt)
        changes += 1
        return true
    }

    /// A process has connected; its manifest comes later.
    mutating func opened(_ peer: PeerNumber, name: String) { names[peer] = name }

    mutating func ready(_ manifest: DestinationManifest, _ peer: PeerNumber) {
        if let former = adapters[peer]?.manifest.destination, former != manifest.destination {
            byDestination[former]?.removeAll { $0 == peer }
        }
        changes += 1
        missingSince[manifest.destination] = nil
        adapters[peer, default: Adapter(manifest: manifest)].manifest = manifest
        adapters[peer]?.doubts = []
        heard(peer)
        if byDestination[manifest.destination]?.contains(peer) != true {
            byDestination[manifest.destination, default: []].append(peer)
        }
    }

    /// It gets no more requests, and still answers those that it has.
    mutating func draining(_ peer: PeerNumber, now: Instant) {
        if let manifest = adapters[peer]?.manifest { leave(manifest.destination, peer, now: now) }
    }

    private mutating func leave(_ destination: DestinationID, _ peer: PeerNumber, now: Instant) {
        changes += 1
        byDestination[destination]?.removeAll { $0 == peer }
        guard byDestination[destination]?.isEmpty == true else { return }
        missingSince[destination] = missingSince[destination] ?? now
    }

    /// For how long a destination has had no adapter; nil if it has one, or if none was needed yet.
    func missing(_ destination: DestinationID, now: Instant) -> Duration? {
        all(of: destination).isEmpty ? missingSince[destination].map { now - $0 } : nil
    }

    /// It has answered: its doubts follow from the answer.
    /// - Returns: the adapter's destination if it was not healthy before and has decided something now.
    mutating func answered(
        _ word: AdapterAnswer.Word, about transaction: TransactionID, by peer: PeerNumber
    ) -> DestinationID? {
        heard(peer)
        if case .authorization(let answer) = word {
            trust(peer, .silent)
            if answer == .notSent { doubt(peer, .couldNotAsk) } else { trust(peer, .couldNotAsk) }
        } else {
            trust(peer, .silentOnFollowUps)
            unanswered[transaction]?[peer] = nil
            if unanswered[transaction]?.isEmpty == true { unanswered[transaction] = nil }
        }
        return word.isTheDestinations ? foundWell(peer) : nil
    }

    /// An authorization has reached its time limit. The adapter that has not answered counts as silent.
    mutating func ranOut(_ transaction: TransactionID) {
        if let asked = askedOf[transaction] { doubt(asked.peer, .silent) }
    }

    /// Its socket has refused a request: the adapter does not get this one again before its next message.
    mutating func refused(_ transaction: TransactionID, by peer: PeerNumber) {
        adapters[peer]?.notTaken.insert(transaction)
    }

    /// It has sent a message.
    mutating func heard(_ peer: PeerNumber) {
        if adapters[peer]?.notTaken.isEmpty == false { adapters[peer]?.notTaken = [] }
    }

    /// Whether any adapter of a destination has room for one that waits. One whose socket has refused a request has
    /// none before its next message: it has been offered all that wait, and would be again at each answer of another.
    func hasRoom(_ destination: DestinationID) -> Bool {
        all(of: destination).contains { peer in
            adapters[peer].map { $0.notTaken.isEmpty && $0.asked.count < $0.manifest.concurrent } ?? false
        }
    }

    /// Assigns the least busy adapter of a destination to a transaction, one in doubt only if no other has room; nil if
    /// none has.
    mutating func assign(_ destination: DestinationID, for transaction: TransactionID, now: Instant) -> PeerNumber? {
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
        askedOf[transaction] = Asked(peer: best.peer, since: now)
        return best.peer
    }

    /// The transaction no longer needs its adapter.
    /// - Returns: since when it had one.
    @discardableResult
    mutating func release(_ transaction: TransactionID) -> Instant? {
        guard let asked = askedOf.removeValue(forKey: transaction) else { return nil }
        adapters[asked.peer]?.asked.remove(transaction)
        return asked.since
    }

    /// No more requests follow about the transaction.
    mutating func forget(_ transaction: TransactionID) {
        release(transaction)
        unanswered[transaction] = nil
    }

    /// - Returns: the transactions that the adapter had been asked about and has not answered.
    mutating func lost(_ peer: PeerNumber, now: Instant) -> [TransactionID] {
        names[peer] = nil
        guard let adapter = adapters.removeValue(forKey: peer) else { return [] }
        leave(adapter.manifest.destination, peer, now: now)
        for transaction in adapter.asked { askedOf[transaction] = nil }
        unanswered = unanswered.compactMapValues { peers in
            let others = peers.filter { $0.key != peer }
            return others.isEmpty ? nil : others
        }
        return adapter.asked.sorted()
    }

    // MARK: - What operators are shown

    /// All that are linked, by destination and name.
    var facts: [AdapterFacts] {
        adapters.map { peer, adapter in
            AdapterFacts(
                name: names[peer] ?? "", destination: adapter.manifest.destination,
                concurrent: adapter.manifest.concurrent, asked: adapter.asked.count, doubts: adapter.doubts,
                isDraining: !all(of: adapter.manifest.destination).contains(peer))
        }.sorted { ($0.destination.text, $0.name) < ($1.destination.text, $1.name) }
    }

    func standing(of destination: DestinationID) -> DestinationStanding {
        let ready = all(of: destination).compactMap { adapters[$0] }
        guard !ready.isEmpty else { return .noAdapter }
        guard ready.allSatisfy({ !$0.doubts.isEmpty }) else { return .ready(adapters: ready.count) }
        return .doubtful(adapters: ready.count, ready.reduce(into: []) { $0.formUnion($1.doubts) })
    }
}

extension AdapterAnswer.Word {
    /// Whether only the destination itself can have given this answer.
    fileprivate var isTheDestinations: Bool {
        switch self {
        case .authorization(.unknown), .authorization(.notSent), .inquiry(.unknown), .inquiry(.notSent),
            .reversal(.unknown):
            false
        case .authorization, .inquiry, .reversal: true
        }
    }
}

/// The connections of an edge, and whether another may be admitted: pure.
///
/// A connection is a **stranger** until its edge calls it known: a phone that has sent a request, a device that has a
/// session. The number of all strangers is bounded, so that the other places are kept for known peers; above the bound
/// the oldest stranger is closed. A known peer is closed only while it is idle and only if all places are used: one
/// earlier request must not keep others out.
public struct ConnectionBook {
    /// How many connections an edge allows.
    public struct Limits: Hashable, Sendable {
        /// Connections in all.
        public var most: Int
        /// Strangers among them.
        public var strangersMax: Int
        /// From one address (``PeerNetwork``).
        public var perAddressMax: Int
        /// Whether known peers count for their address. If not, only its strangers do.
        public var countsKnown: Bool

        public init(most: Int, strangersMax: Int, perAddressMax: Int, countsKnown: Bool) {
            self.most = max(1, most)
            self.strangersMax = min(max(1, strangersMax), self.most)
            self.perAddressMax = max(1, perAddressMax)
            self.countsKnown = countsKnown
        }
    }

    /// A connection's number here; later ones are greater.
    public typealias Number = UInt64

    /// Whether a new connection is admitted.
    public enum Verdict: Hashable, Sendable {
        /// It may stay. If another is named, that one is already removed here and has to be closed.
        case admitted(Number, insteadOf: Number?)
        /// Its address has as many connections as it may have.
        case tooManyOfAddress
        /// There is no room, and no connection that may be closed for it.
        case full
    }

    private let limits: Limits
    private var networks: [Number: PeerNetwork] = [:]
    private var perAddress: [PeerNetwork: Int] = [:]
    /// Strangers, in the order in which they connected.
    private var unknown = WaitingLine()
    /// Known peers without a request in progress, in the order in which they became idle.
    private var resting = WaitingLine()
    private var last: Number = 0

    /// An edge without connections.
    public init(_ limits: Limits) { self.limits = limits }

    /// How many are connected.
    public var count: Int { networks.count }

    /// How many have not become known.
    public var strangers: Int { unknown.count }

    /// Whether one more could be admitted, even if another had to be closed.
    public var hasRoom: Bool { count < limits.most || strangers > 0 || resting.count > 0 }

    /// A new connection asks to be admitted.
    public mutating func admit(from network: PeerNetwork) -> Verdict {
        guard perAddress[network, default: 0] < limits.perAddressMax else { return .tooManyOfAddress }
        guard hasRoom else { return .full }
        let leaver = makeRoom()
        last += 1
        networks[last] = network
        unknown.join(last)
        perAddress[network, default: 0] += 1
        return .admitted(last, insteadOf: leaver)
    }

    /// It is no longer a stranger. Repeated calls change nothing.
    public mutating func becameKnown(_ number: Number) {
        guard unknown.leave(number) else { return }
        if !limits.countsKnown { leave(networks[number]) }
    }

    /// It has nothing in progress any more. At an edge that never calls this, known peers are never closed.
    public mutating func rests(_ number: Number) {
        if networks[number] != nil, !unknown.contains(number) { resting.join(number) }
    }

    /// It has a request in progress.
    public mutating func isBusy(_ number: Number) { resting.leave(number) }

    /// It has disconnected. One that was closed for another is removed already.
    public mutating func remove(_ number: Number) {
        guard let network = networks.removeValue(forKey: number) else { return }
        resting.leave(number)
        if unknown.leave(number) || limits.countsKnown { leave(network) }
    }

    /// Removes the longest waiting connection, if one has to be closed: of the strangers if they use all their places,
    /// else of the idle ones.
    private mutating func makeRoom() -> Number? {
        let isFull = count >= limits.most
        guard isFull || strangers >= limits.strangersMax else { return nil }
        let strangersGo = strangers >= limits.strangersMax || resting.count == 0
        guard let leaver = strangersGo ? unknown.first() : resting.first() else { return nil }
        remove(leaver)
        return leaver
    }

    private mutating func leave(_ network: PeerNetwork?) {
        guard let network else { return }
        let left = perAddress[network, default: 1] - 1
        perAddress[network] = left > 0 ? left : nil
    }
}

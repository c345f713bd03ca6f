/// Who is connected to an edge, and who may connect: pure.
///
/// A connection is a **stranger** until its edge calls it known: a phone that has sent a request, a device that has a
/// session. Strangers are bounded as a class, so that the rest of the room is kept for who is known; where they are too
/// many, the one that has been a stranger for longest makes room. Who is known is put out only while it rests, where
/// all the room is used: one request, made long ago, keeps nobody else out.
public struct ConnectionBook {
    public struct Limits: Hashable, Sendable {
        /// Connections in all.
        public var most: Int
        /// Of them strangers.
        public var strangersMax: Int
        /// From one address (``PeerNetwork``).
        public var perAddressMax: Int
        /// Whether those that are known count for their address. If not, only its strangers do.
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

    public enum Verdict: Hashable, Sendable {
        /// It may stay. If another has to make room, it is forgotten here already, and has to be closed.
        case admitted(Number, insteadOf: Number?)
        /// Its address has as many connections as it may have.
        case tooManyOfAddress
        /// There is no room, and no connection that may be closed to make some.
        case full
    }

    private let limits: Limits
    private var networks: [Number: PeerNetwork] = [:]
    private var perAddress: [PeerNetwork: Int] = [:]
    /// Who has not become known, in the order of their coming.
    private var unknown = WaitingLine()
    /// Who is known and has nothing under way, in the order in which they came to rest.
    private var resting = WaitingLine()
    private var last: Number = 0

    public init(_ limits: Limits) { self.limits = limits }

    /// How many are connected.
    public var count: Int { networks.count }

    /// How many have not become known.
    public var strangers: Int { unknown.count }

    /// Whether one more could come, be it instead of another.
    public var hasRoom: Bool { count < limits.most || strangers > 0 || resting.count > 0 }

    /// A connection wants to come.
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

    /// It has shown who it is. Once is enough.
    public mutating func becameKnown(_ number: Number) {
        guard unknown.leave(number) else { return }
        if !limits.countsKnown { leave(networks[number]) }
    }

    /// It has nothing in progress any more. At an edge that never says so, known peers are never closed.
    public mutating func rests(_ number: Number) {
        if networks[number] != nil, !unknown.contains(number) { resting.join(number) }
    }

    /// It has something under way.
    public mutating func isBusy(_ number: Number) { resting.leave(number) }

    /// It has gone. One that made room is forgotten already.
    public mutating func remove(_ number: Number) {
        guard let network = networks.removeValue(forKey: number) else { return }
        resting.leave(number)
        if unknown.leave(number) || limits.countsKnown { leave(network) }
    }

    /// Whoever has waited for longest goes, if somebody has to: of the strangers where they have all that is theirs,
    /// else of those that rest.
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

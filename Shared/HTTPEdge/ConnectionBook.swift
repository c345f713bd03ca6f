/// Who is connected to an edge, and who may connect: pure.
///
/// A connection is a **stranger** until its edge calls it known: a phone that has sent a request, a device that has a
/// session. Strangers are bounded as a class, so that the rest of the room is kept for who is known; where they are too
/// many, the one that has been a stranger for longest makes room. Who is known is never put out.
public struct ConnectionBook {
    public struct Limits: Hashable, Sendable {
        /// Connections in all.
        public var most: Int
        /// Of them strangers.
        public var strangersMost: Int
        /// From one address (``PeerNetwork``).
        public var perAddressMost: Int
        /// Whether those that are known count for their address. If not, only its strangers do.
        public var countsKnown: Bool

        public init(most: Int, strangersMost: Int, perAddressMost: Int, countsKnown: Bool) {
            self.most = max(1, most)
            self.strangersMost = min(max(1, strangersMost), self.most)
            self.perAddressMost = max(1, perAddressMost)
            self.countsKnown = countsKnown
        }
    }

    /// A connection's number here; later ones are greater.
    public typealias Number = UInt64

    public enum Verdict: Hashable, Sendable {
        /// It may stay. If a stranger has to make room, it is forgotten here already, and has to be closed.
        case admitted(Number, insteadOf: Number?)
        /// Its address has as many connections as it may have.
        case tooManyOfAddress
        /// There is no room, and no stranger who could make some.
        case full
    }

    private struct Entry {
        let network: PeerNetwork
        var isKnown = false
    }

    private let limits: Limits
    private var entries: [Number: Entry] = [:]
    private var perAddress: [PeerNetwork: Int] = [:]
    /// In the order of their coming; those that are strangers no more are passed over.
    private var arrivals: ArraySlice<Number> = []
    private var last: Number = 0
    /// How many have not become known.
    public private(set) var strangers = 0

    public init(_ limits: Limits) { self.limits = limits }

    /// How many are connected.
    public var count: Int { entries.count }

    /// Whether one more could come, be it instead of a stranger.
    public var hasRoom: Bool { count < limits.most || strangers > 0 }

    /// A connection wants to come.
    public mutating func admit(from network: PeerNetwork) -> Verdict {
        guard perAddress[network, default: 0] < limits.perAddressMost else { return .tooManyOfAddress }
        guard hasRoom else { return .full }
        var evicted: Number?
        if strangers >= limits.strangersMost || count >= limits.most { evicted = oldestStranger() }
        if let evicted { remove(evicted) }
        last += 1
        entries[last] = Entry(network: network)
        strangers += 1
        perAddress[network, default: 0] += 1
        arrivals.append(last)
        if arrivals.count > 2 * strangers + 64 { arrivals = arrivals.filter { isStranger($0) }[...] }
        return .admitted(last, insteadOf: evicted)
    }

    /// It has shown who it is. Once is enough.
    public mutating func becameKnown(_ number: Number) {
        guard let entry = entries[number], !entry.isKnown else { return }
        entries[number]?.isKnown = true
        strangers -= 1
        if !limits.countsKnown { leave(entry.network) }
    }

    /// It has gone. One that made room is forgotten already.
    public mutating func remove(_ number: Number) {
        guard let entry = entries.removeValue(forKey: number) else { return }
        if !entry.isKnown { strangers -= 1 }
        if !entry.isKnown || limits.countsKnown { leave(entry.network) }
    }

    private func isStranger(_ number: Number) -> Bool { entries[number]?.isKnown == false }

    private mutating func oldestStranger() -> Number? {
        while let first = arrivals.popFirst() {
            if isStranger(first) { return first }
        }
        return nil
    }

    private mutating func leave(_ network: PeerNetwork) {
        let left = perAddress[network, default: 1] - 1
        perAddress[network] = left > 0 ? left : nil
    }
}

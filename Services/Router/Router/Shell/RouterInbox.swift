/// What waits for the router's next turn, bounded in all and for each peer.
///
/// What can be asked again (requests, claims, calls) is refused beyond its bounds. What cannot (answers of
/// destinations, ends of sessions) finds room beyond them, and whoever says more of it than one peer ever has is to be
/// dismissed. Once all room is taken, ``isFull`` says to read no more until the next turn.
struct RouterInbox {
    /// How much may wait for one turn. An input weighs 1, and 1 more for each name that it asks the journal for.
    static let most = 32_768
    /// How much of it may be one peer's of what can be asked again: no gateway and no ingress has so much on its way.
    static let mostOfOne = 16_384
    /// How much of it may be one peer's in all: a gateway's 19,000 sessions may all end at once, and twice.
    static let allOfOne = 40_000
    /// What may wait beyond ``most`` of what is not refused.
    static let reserve = 16_384

    private var waiting: [RouterInput] = []
    private var weight = 0
    private var weights: [PeerNumber: Int] = [:]

    var isEmpty: Bool { waiting.isEmpty }

    /// Whether nothing more may come in before the next turn.
    var isFull: Bool { weight >= Self.most + Self.reserve }

    /// Adds what the router says to itself; its causes bound it.
    mutating func add(_ input: RouterInput) {
        weight += 1
        waiting.append(input)
    }

    /// Adds what a peer said.
    /// - Returns: false if it is to be refused; then it was not added.
    mutating func add(_ input: RouterInput, from peer: PeerNumber) -> Bool {
        let own = weights[peer, default: 0]
        let added = input.weight
        switch input {
        case .request, .gateway(.call, _, _):
            guard own + added <= Self.mostOfOne, weight + added <= Self.most else { return false }
        case .gateway(.claim, _, _):
            // A gateway that is turned away with a claim lets its device go: others' floods are no reason.
            guard own + added <= Self.mostOfOne else { return false }
        case .gateway, .adapter:
            guard own + added <= Self.allOfOne else { return false }
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .requesterLost, .gatewayOpened,
            .gatewayLost, .adapterOpened, .adapterLost, .authorizationNotTaken, .timePassed:
            break  // Each has its one cause: none is left out.
        }
        weight += added
        weights[peer] = own + added
        waiting.append(input)
        return true
    }

    mutating func takeAll() -> [RouterInput] {
        defer {
            waiting.removeAll(keepingCapacity: true)
            weights.removeAll(keepingCapacity: true)
            weight = 0
        }
        return waiting
    }
}

extension RouterInput {
    /// 1, and 1 more for each name that a device asks about.
    fileprivate var weight: Int {
        if case .gateway(.call(_, .resume(let commands, let scans), _), _, _) = self {
            1 + commands.count + scans.count
        } else {
            1
        }
    }
}

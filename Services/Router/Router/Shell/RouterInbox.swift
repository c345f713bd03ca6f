/// What waits for the router's next turn, bounded in all and for each peer.
///
/// Inputs that can be repeated (requests, claims, calls) are refused beyond their bounds. The others (answers of
/// destinations, ends of sessions) have a reserve, and a peer that sends more of them than one peer can have is
/// disconnected. When all room is used, ``isFull`` stops reading until the next turn.
struct RouterInbox {
    /// How much may wait for one turn. An input weighs 1, and 1 more for each name that it asks the journal for.
    static let most = 32_768
    /// One peer's share of repeatable inputs: no gateway or ingress has so many on their way.
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

    /// Adds an input of the router itself; its causes limit the number.
    mutating func add(_ input: RouterInput) {
        weight += 1
        waiting.append(input)
    }

    /// Adds a peer's input.
    /// - Returns: false if it is to be refused; then it was not added.
    mutating func add(_ input: RouterInput, from peer: PeerNumber) -> Bool {
        let own = weights[peer, default: 0]
        let added = input.weight
        switch input {
        case .request, .gateway(.call, _, _):
            guard own + added <= Self.mostOfOne, weight + added <= Self.most else { return false }
        case .gateway(.claim, _, _):
            // A gateway whose claim is refused drops its device's session, which must not happen because of others'
            // floods.
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

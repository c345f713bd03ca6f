import RelayDomain

/// Whether a registered destination can be asked.
public enum DestinationStanding: Hashable, Sendable {
    /// By so many adapters.
    case ready(adapters: Int)
    /// There are adapters, and each of them is in doubt; these are the doubts of all.
    case doubtful(adapters: Int, Set<AdapterDoubt>)
    case noAdapter

    /// In a few words, for an operator; nil if it can be asked.
    var trouble: String? {
        switch self {
        case .ready: nil
        case .doubtful(_, let doubts):
            "every adapter is in doubt (\(doubts.map(\.rawValue).sorted().joined(separator: ", ")))"
        case .noAdapter: "no adapter is ready"
        }
    }
}

// What operators are shown of a router.
extension RouterCore {
    /// What this router has before it.
    var overview: Overview {
        let all = live.values.map(\.transaction) + reopened.values
        let oldest = all.sorted { $0.id < $1.id }.prefix(Overview.oldestMost)
        return Overview(
            journal: journal, registryVersion: registry.version, adapters: adapters.facts,
            open: Dictionary(all.map { ($0.destination, 1) }, uniquingKeysWith: +),
            oldest: oldest.map { OpenTransaction($0) })
    }

    /// Grows with each change of ``standings``.
    public var standingsVersion: (registry: UInt64, adapters: UInt64) { (registry.version, adapters.changes) }

    /// How each registered destination stands.
    public var standings: [DestinationID: DestinationStanding] {
        Dictionary(registry.shop.destinations.map { ($0.id, adapters.standing(of: $0.id)) }) { first, _ in first }
    }
}

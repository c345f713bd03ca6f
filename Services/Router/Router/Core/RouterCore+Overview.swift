import RelayDomain

/// Whether a registered destination can be asked.
public enum DestinationStanding: Hashable, Sendable {
    /// With this many adapters.
    case ready(adapters: Int)
    /// There are adapters, but all are in doubt; with the doubts of all.
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

// A router's overview for operators.
extension RouterCore {
    /// This router's load and open transactions.
    var overview: Overview {
        var open: [DestinationID: Int] = [:]
        for transaction in live.all.lazy.map(\.transaction) { open[transaction.destination, default: 0] += 1 }
        for transaction in reopened.values { open[transaction.destination, default: 0] += 1 }
        // Their IDs begin with the time. IDs alone are sorted: there may be a hundred thousand transactions.
        let oldest = (Array(live.ids) + reopened.keys).sorted().prefix(Overview.oldestMax)
        return Overview(
            journal: journal, registryVersion: registry.version, adapters: adapters.facts, open: open,
            oldest: oldest.compactMap { live[$0]?.transaction ?? reopened[$0] }.map { OpenTransaction($0) })
    }

    /// Grows with each change of ``standings``.
    public var standingsVersion: (registry: UInt64, adapters: UInt64) { (registry.version, adapters.changes) }

    /// The state of each registered destination.
    public var standings: [DestinationID: DestinationStanding] {
        Dictionary(registry.shop.destinations.map { ($0.id, adapters.standing(of: $0.id)) }) { first, _ in first }
    }
}

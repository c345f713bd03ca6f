import RelayDomain

/// What an operator should know before one shop replaces another.
struct ShopReview: Equatable {
    let difference: ShopDifference
    /// Destinations of the new shop without an adapter now, in sentences.
    let unserved: [String]
    /// The transactions that are open at destinations that are removed or get another kind, in sentences. If the shop
    /// is applied anyway, a person has to close them.
    let leftOpen: [String]

    /// How many open transactions of one destination are named.
    private static let namedMax = 5

    init(from old: Shop, to new: Shop, _ overviews: RouterConsole.Overviews) {
        difference = ShopDifference(from: old, to: new)
        let former = Dictionary(old.destinations.map { ($0.id, $0.kind) }) { first, _ in first }
        // The adapters of the old kind that serve it now will not serve it then.
        let lacking = new.destinations.filter { destination in
            !overviews.isServed(destination.id) || (former[destination.id] ?? destination.kind) != destination.kind
        }
        unserved = lacking.map { destination in
            RelayPlan.Kind(rawValue: destination.kind.text) != nil
                ? "no adapter of the kind \(destination.kind) serves \(destination.id); `baton up` starts one"
                : "no adapter of the kind \(destination.kind) serves \(destination.id), and `baton up` has none: "
                    + "start your own"
        }
        let kinds = Dictionary(new.destinations.map { ($0.id, $0.kind) }) { first, _ in first }
        let left = old.destinations.filter { kinds[$0.id] != $0.kind }
        leftOpen =
            left.compactMap {
                Self.sentence($0.id, kinds[$0.id] == nil ? "is removed" : "gets another kind", overviews)
            }
            + (left.isEmpty ? [] : overviews.silent).map {
                "the open transactions of \(left[0].id) in journal \($0) are unknown: no router answers"
            }
    }

    /// - Parameter fate: what happens to the destination.
    private static func sentence(
        _ destination: DestinationID, _ fate: String, _ overviews: RouterConsole.Overviews
    ) -> String? {
        let count = overviews.open(at: destination)
        guard count > 0 else { return nil }
        let named = overviews.oldest.filter { $0.destination == destination }.prefix(namedMax)
            .map { "\($0.id) (\($0.state.rawValue))" }
        return "\(destination) \(fate), and \(count) of its transactions are open: " + named.joined(separator: ", ")
            + (count > named.count ? " …" : "")
    }
}

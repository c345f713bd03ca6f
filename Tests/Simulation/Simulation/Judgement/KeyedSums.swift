import RelayDomain

/// Whose each sum is that was ever keyed at one terminal. No two customers of a world pay the same.
struct KeyedSums {
    enum Owner: Hashable {
        /// Whoever comes next, until then.
        case next(until: Moment)
        /// Who came; if their scan is refused, whoever comes next until then.
        case taken(by: String, until: Moment)
        /// Who was asked for.
        case customer(String)
        /// It was taken back, or never kept.
        case nobody
    }

    private var owners: [Amount: Owner] = [:]

    mutating func key(_ sum: Amount, for owner: Owner) { owners[sum] = owner }

    /// Nothing waits any more.
    mutating func takeBack() {
        for case (let sum, .next) in owners { owners[sum] = .nobody }
    }

    /// A refused scan has given it back.
    mutating func waits(_ sum: Amount) {
        if case .taken(by: _, let until) = owners[sum] { owners[sum] = .next(until: until) }
    }

    mutating func drop(_ sum: Amount) { owners[sum] = .nobody }

    /// - Returns: whether a customer may be charged with it.
    mutating func charge(_ sum: Amount, to customer: String, at now: Moment) -> Bool {
        switch owners[sum] {
        case .next(let until) where now <= until:
            owners[sum] = .taken(by: customer, until: until)
            return true
        case .taken(by: customer, until: _), .customer(customer): return true
        case .next, .taken, .customer, .nobody, nil: return false
        }
    }
}

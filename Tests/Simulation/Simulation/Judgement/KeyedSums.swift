import RelayDomain

/// Whose each sum is that was ever keyed at one terminal. No two customers of a world pay the same.
struct KeyedSums {
    enum Owner: Hashable {
        /// Whoever comes next, until then.
        case next(until: Moment)
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

    mutating func drop(_ sum: Amount) { owners[sum] = .nobody }

    /// - Returns: whether a customer may be charged with it.
    mutating func charge(_ sum: Amount, to customer: String, at now: Moment) -> Bool {
        switch owners[sum] {
        case .next(let until) where now <= until:
            owners[sum] = .customer(customer)
            return true
        case .customer(customer): return true
        case .next, .customer, .nobody, nil: return false
        }
    }
}

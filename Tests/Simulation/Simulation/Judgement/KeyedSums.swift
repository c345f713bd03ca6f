import RelayDomain

/// Whose each sum is that was ever keyed at one terminal. No two customers of a world have to pay the same; a sum that
/// another took may be keyed again.
struct KeyedSums {
    enum Owner: Hashable {
        /// Whoever comes next, until then.
        case next(until: Moment)
        /// Who came; if their scan is refused, whoever comes next until then.
        case taken(by: String, until: Moment)
        /// Who was asked for.
        case customer(String)
    }

    private var owners: [Amount: [Owner]] = [:]

    mutating func key(_ sum: Amount, for owner: Owner) { owners[sum, default: []].append(owner) }

    /// Nothing waits any more, but what was keyed at the same moment.
    mutating func takeBack(except justKeyed: Set<Amount>) {
        for sum in owners.keys where !justKeyed.contains(sum) {
            owners[sum]?.removeAll { if case .next = $0 { true } else { false } }
        }
    }

    /// A refused scan has given it back.
    mutating func waits(_ sum: Amount) {
        guard case .taken(by: _, let until) = owners[sum]?.last else { return }
        owners[sum]?.removeLast()
        owners[sum]?.append(.next(until: until))
    }

    /// What was keyed last is not kept.
    mutating func drop(_ sum: Amount) { _ = owners[sum]?.popLast() }

    /// - Returns: whether a customer may be charged with it.
    mutating func charge(_ sum: Amount, to customer: String, at now: Moment) -> Bool {
        let owners = owners[sum] ?? []
        for owner in owners {
            switch owner {
            case .taken(by: customer, until: _), .customer(customer): return true
            case .next, .taken, .customer: break
            }
        }
        for (index, owner) in owners.enumerated() {
            guard case .next(let until) = owner, now <= until else { continue }
            self.owners[sum]?[index] = .taken(by: customer, until: until)
            return true
        }
        return false
    }
}

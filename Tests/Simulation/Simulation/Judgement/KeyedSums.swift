import RelayDomain

/// To which customer each amount belongs that was entered at one terminal. No two customers of a world pay the same
/// amount; an amount that was used by another customer may be entered again.
struct KeyedSums {
    enum Owner: Hashable {
        /// The next customer, until then.
        case next(until: Moment)
        /// The customer who came; if their scan is refused, the next customer until then.
        case taken(by: String, until: Moment)
        /// The customer for whom it was requested.
        case customer(String)

        var isNext: Bool { if case .next = self { true } else { false } }
    }

    private var owners: [Amount: [Owner]] = [:]

    mutating func key(_ sum: Amount, for owner: Owner) { owners[sum, default: []].append(owner) }

    /// No amount waits any more, except one that was entered at the same moment.
    mutating func takeBack(except justKeyed: Set<Amount>) {
        for sum in owners.keys where !justKeyed.contains(sum) {
            owners[sum]?.removeAll(where: \.isNext)
        }
    }

    /// A scanner begins to read this customer's code, and it goes with that.
    mutating func read(_ sum: Amount, for customer: String) {
        guard let index = owners[sum]?.firstIndex(where: \.isNext), case .next(let until)? = owners[sum]?[index] else {
            return
        }
        owners[sum]?[index] = .taken(by: customer, until: until)
    }

    /// A customer taps at a paired counter, and pays at the POS: no amount waits any more, nor does one come back
    /// later, except one that was entered at the same moment.
    mutating func passBy(except justKeyed: Set<Amount>) {
        takeBack(except: justKeyed)
        for sum in owners.keys where !justKeyed.contains(sum) {
            owners[sum] = owners[sum]?.map {
                if case .taken(let customer, until: _) = $0 { .customer(customer) } else { $0 }
            }
        }
    }

    /// A refused scan has released it.
    mutating func waits(_ sum: Amount) {
        guard case .taken(by: _, let until) = owners[sum]?.last else { return }
        owners[sum]?.removeLast()
        owners[sum]?.append(.next(until: until))
    }

    /// The last entered amount is not kept.
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

import RelayDomain

/// The transactions without outcome. Each has a place of its own, in which it is changed: a dictionary of such large
/// values would move one out and back at each change.
struct LiveTransactions {
    private var places: [TransactionID: Int] = [:]
    private var held: ContiguousArray<RouterCore.Live?> = []
    /// Places that are free again.
    private var free: [Int] = []

    /// So many places are kept, used or not.
    private static let keptMax = 1_024

    var count: Int { places.count }
    var ids: Dictionary<TransactionID, Int>.Keys { places.keys }
    var all: some Sequence<RouterCore.Live> { held.lazy.compactMap(\.self) }

    /// Inlined, because an accessor that yields has an allocation of its own otherwise.
    subscript(id: TransactionID) -> RouterCore.Live? {
        @inline(__always) _read {
            if let place = places[id] { yield held[place] } else { yield nil }
        }
        @inline(__always) _modify {
            if let place = places[id] {
                yield &held[place]
                if held[place] == nil { leave(place, id) }
            } else {
                var added: RouterCore.Live?
                yield &added
                if let added { add(added, id) }
            }
        }
    }

    private mutating func leave(_ place: Int, _ id: TransactionID) {
        places[id] = nil
        free.append(place)
        if held.count > Self.keptMax, places.count < held.count / 4 { moveTogether() }
    }

    /// A rush is over: its memory is given back.
    private mutating func moveTogether() {
        let kept = held.compactMap(\.self)
        (held, free) = (ContiguousArray(kept), [])
        for (place, live) in kept.enumerated() { places[live.transaction.id] = place }
    }

    private mutating func add(_ live: RouterCore.Live, _ id: TransactionID) {
        if let place = free.popLast() {
            held[place] = live
            places[id] = place
        } else {
            places[id] = held.count
            held.append(live)
        }
    }
}

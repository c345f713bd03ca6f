import RelayDomain

/// The transactions without outcome. Each has a place of its own, in which it is changed: a dictionary of such large
/// values would move one out and back at each change.
struct LiveTransactions {
    private var places: [TransactionID: Int] = [:]
    /// The first one stays empty: it is the place of all that is not here.
    private var held: ContiguousArray<RouterCore.Live?> = [nil]
    /// Places that are empty.
    private var free: [Int] = []
    /// So many places are kept, used or not.
    private static let keptMax = 1_024

    var count: Int { places.count }
    var ids: Dictionary<TransactionID, Int>.Keys { places.keys }
    var all: some Sequence<RouterCore.Live> { held.lazy.compactMap(\.self) }

    /// Its accessors yield in one place each, so that they can be inlined: each call would allocate otherwise.
    subscript(id: TransactionID) -> RouterCore.Live? {
        @inline(__always) _read { yield held[places[id] ?? 0] }
        @inline(__always) _modify {
            let known = places[id]
            let place = known ?? emptyPlace()
            yield &held[place]
            if (held[place] == nil) == (known != nil) { changed(place, id) }
        }
    }

    /// The place at the end of ``free``.
    private mutating func emptyPlace() -> Int {
        if let place = free.last { return place }
        held.append(nil)
        free.append(held.count - 1)
        return held.count - 1
    }

    /// A transaction has come, into the place at the end of ``free``, or gone.
    private mutating func changed(_ place: Int, _ id: TransactionID) {
        if held[place] != nil {
            free.removeLast()
            places[id] = place
        } else {
            places[id] = nil
            free.append(place)
            if held.count > Self.keptMax, places.count < held.count / 4 { moveTogether() }
        }
    }

    /// A rush is over: its memory is given back.
    private mutating func moveTogether() {
        let kept = held.compactMap(\.self)
        (held, free) = ([nil] + ContiguousArray(kept), [])
        for (place, live) in kept.enumerated() { places[live.transaction.id] = place + 1 }
    }
}

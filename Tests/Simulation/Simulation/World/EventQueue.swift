import HeapModule

/// The planned events, soonest first; events of the same moment happen in the order in which they were planned.
struct EventQueue {
    struct Event {
        let at: Moment
        let number: UInt64
        /// The process whose step it is: the step is dropped once this life has ended, and waits while the process is
        /// suspended.
        let process: SimProcess?
        let life: UInt64
        let happen: () -> Void
    }

    /// An event's position in the heap, and its index in the storage: sorting moves no references.
    private struct Place: Comparable {
        let at: Moment
        let number: UInt64
        let slot: Int

        static func < (left: Place, right: Place) -> Bool { (left.at, left.number) < (right.at, right.number) }
    }

    private var places = Heap<Place>()
    private var slots: [Event?] = []
    private var free: [Int] = []
    private var planned: UInt64 = 0

    mutating func plan(at moment: Moment, by process: SimProcess?, _ happen: @escaping () -> Void) {
        planned += 1
        insert(Event(at: moment, number: planned, process: process, life: process?.life ?? 0, happen: happen))
    }

    /// Plans an event for later that keeps its place among others.
    mutating func postpone(_ event: Event, to moment: Moment) {
        insert(
            Event(
                at: moment, number: event.number, process: event.process, life: event.life, happen: event.happen))
    }

    mutating func next(until limit: Moment) -> Event? {
        guard let first = places.min, first.at <= limit else { return nil }
        places.removeMin()
        let event = slots[first.slot]
        slots[first.slot] = nil
        free.append(first.slot)
        return event
    }

    mutating func removeAll() { (places, slots, free) = (Heap(), [], []) }

    private mutating func insert(_ event: Event) {
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(event) } else { slots[slot] = event }
        places.insert(Place(at: event.at, number: event.number, slot: slot))
    }
}

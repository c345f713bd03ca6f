/// What is to happen, soonest first; what is to happen at one moment happens in the order in which it was planned.
struct EventQueue {
    struct Event {
        let at: Moment
        let number: UInt64
        /// Whose step it is: it does not happen once this life is over, and waits while the process is held up.
        let process: SimProcess?
        let life: UInt64
        let happen: () -> Void
    }

    /// Where an event stands in the heap, and where it is kept: sorting moves no references.
    private struct Place {
        let at: Moment
        let number: UInt64
        let slot: Int

        func isBefore(_ other: Place) -> Bool {
            at.microseconds == other.at.microseconds ? number < other.number : at < other.at
        }
    }

    /// A binary heap.
    private var heap: [Place] = []
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
        guard let first = heap.first, first.at <= limit else { return nil }
        let event = slots[first.slot]
        slots[first.slot] = nil
        free.append(first.slot)
        let last = heap.removeLast()
        guard !heap.isEmpty else { return event }
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(last) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return event
    }

    mutating func removeAll() { (heap, slots, free) = ([], [], []) }

    private mutating func insert(_ event: Event) {
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(event) } else { slots[slot] = event }
        let place = Place(at: event.at, number: event.number, slot: slot)
        var child = heap.count
        heap.append(place)
        while child > 0, place.isBefore(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = place
    }
}

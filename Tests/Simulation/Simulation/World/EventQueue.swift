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

    /// A binary heap.
    private var heap: [Event] = []
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
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in 2 * parent + 1..<2 * parent + 3 where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    mutating func removeAll() { heap = [] }

    private mutating func insert(_ event: Event) {
        heap.append(event)
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].at, heap[one].number) < (heap[other].at, heap[other].number)
    }
}

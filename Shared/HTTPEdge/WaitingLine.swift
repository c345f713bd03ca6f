/// A queue of numbers. One that leaves from the middle is skipped later, so that joining and leaving cost the same for
/// any length.
struct WaitingLine {
    private struct Ticket {
        let holder: ConnectionBook.Number
        let number: UInt64
    }

    private var tickets: ArraySlice<Ticket> = []
    /// The valid ticket of each number in the queue.
    private var holders: [ConnectionBook.Number: UInt64] = [:]
    private var last: UInt64 = 0

    var count: Int { holders.count }

    func contains(_ holder: ConnectionBook.Number) -> Bool { holders[holder] != nil }

    /// Joins the end of the queue; a number that is already in it moves there.
    mutating func join(_ holder: ConnectionBook.Number) {
        last += 1
        holders[holder] = last
        tickets.append(Ticket(holder: holder, number: last))
        if tickets.count > 2 * count + 64 { tickets = tickets.filter { holders[$0.holder] == $0.number }[...] }
    }

    /// - Returns: whether it was in the queue.
    @discardableResult
    mutating func leave(_ holder: ConnectionBook.Number) -> Bool { holders.removeValue(forKey: holder) != nil }

    /// The first number; it stays there.
    mutating func first() -> ConnectionBook.Number? {
        while let first = tickets.first {
            if holders[first.holder] == first.number { return first.holder }
            tickets.removeFirst()
        }
        return nil
    }
}

/// Numbers in the order in which they came to stand in line. Who leaves from the middle is passed over later, so that
/// coming and leaving cost the same however long the line is.
struct WaitingLine {
    private struct Ticket {
        let holder: ConnectionBook.Number
        let number: UInt64
    }

    private var tickets: ArraySlice<Ticket> = []
    /// Of each who stands in line, the ticket that counts.
    private var holders: [ConnectionBook.Number: UInt64] = [:]
    private var last: UInt64 = 0

    var count: Int { holders.count }

    func contains(_ holder: ConnectionBook.Number) -> Bool { holders[holder] != nil }

    /// Joins the end of the line; who stands in it already goes there.
    mutating func join(_ holder: ConnectionBook.Number) {
        last += 1
        holders[holder] = last
        tickets.append(Ticket(holder: holder, number: last))
        if tickets.count > 2 * count + 64 { tickets = tickets.filter { holders[$0.holder] == $0.number }[...] }
    }

    /// - Returns: whether it stood in line.
    @discardableResult
    mutating func leave(_ holder: ConnectionBook.Number) -> Bool { holders.removeValue(forKey: holder) != nil }

    /// Who stands in front; it stays there.
    mutating func first() -> ConnectionBook.Number? {
        while let first = tickets.first {
            if holders[first.holder] == first.number { return first.holder }
            tickets.removeFirst()
        }
        return nil
    }
}

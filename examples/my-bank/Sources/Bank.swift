/// Stands for the bank's own interface: it books up to a limit, and remembers by the transaction's ID.
actor Bank {
    enum Reply: Sendable { case booked, refused(String) }

    private let limit: Int
    private var replies: [String: Reply] = [:]
    private var canceled: Set<String> = []

    init(limit: Int) { self.limit = limit }

    func debit(id: String, code: String, cents: Int64) throws -> Reply {
        if let reply = replies[id] { return reply }
        let reply: Reply = canceled.contains(id) || cents > limit ? .refused("limitExceeded") : .booked
        replies[id] = reply
        return reply
    }

    func find(_ id: String) throws -> Reply? { replies[id] }

    func cancel(_ id: String) throws {
        replies[id] = nil
        canceled.insert(id)
    }
}

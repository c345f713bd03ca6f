/// Stands for the bank's own interface: it books up to a limit, and remembers by the transaction's ID.
actor Bank {
    struct Debit: Sendable {
        enum Result: Sendable { case booked, refused, notConnected }
        var result: Result
        /// The bank wants it again with each question about the debit.
        var session: String
        var code: String?
        var receipt: [String] = []
        var reason: String?
        var sentence: String?
    }

    struct Finding: Sendable {
        enum Result: Sendable { case booked, refused, takenBack, nothing }
        var result: Result
        var code: String?
        var reason: String?
        var sentence: String?
    }

    struct Cancellation: Sendable {
        var isDone: Bool
        var reason: String?
        var sentence: String?
    }

    private let limit: Int
    private var debits: [String: Debit] = [:]
    private var canceled: Set<String> = []

    init(limit: Int) { self.limit = limit }

    func debit(id: String, code: String, cents: Int64) throws -> Debit {
        if let debit = debits[id] { return debit }
        let isRefused = canceled.contains(id) || cents > limit
        let debit = Debit(
            result: isRefused ? .refused : .booked, session: "s-\(debits.count + 1)",
            code: isRefused ? nil : "K\(debits.count + 1)", receipt: isRefused ? [] : ["Thank you"],
            reason: isRefused ? "51: not enough money" : nil)
        debits[id] = debit
        return debit
    }

    func find(_ id: String, session: String?) throws -> Finding {
        if canceled.contains(id) { return Finding(result: .takenBack) }
        guard let debit = debits[id] else { return Finding(result: .nothing) }
        return Finding(result: debit.result == .booked ? .booked : .refused, code: debit.code, reason: debit.reason)
    }

    /// The bank promises that nothing is booked under this ID any more, nor ever will be.
    func cancel(_ id: String, isRepeat: Bool) throws -> Cancellation {
        debits[id] = nil
        canceled.insert(id)
        return Cancellation(isDone: true)
    }

    func answersToPing() -> Bool { true }
}

import RelayDomain

/// Whose a sum is that the merchant keys. It belongs to one customer, never to the next.
///
/// A sum that is keyed while nobody is served waits for that customer's tap or scan. A sum that is keyed just after a
/// question for one has ended without it was meant for that question, and counts for nobody. All of it is in memory
/// alone: a restart keeps no sum.
struct Keypad: Hashable, Sendable {
    /// How long a keyed sum waits, and how long after a question's end its answer is still expected.
    static let inputTimeout = Duration.seconds(120)

    /// A sum that waits for its customer's tap or scan.
    struct KeyedSum: Hashable, Sendable {
        let amount: Amount
        /// From then on the customer has gone.
        let until: Duration
        /// Whether a refused scan gave it back. Its customer shows another code; a tap may be another customer's.
        var isGivenBack = false
    }

    /// What the next tap or scan takes.
    private(set) var waiting: KeyedSum?
    /// Whether it came back and does not stand on the display yet: nobody can know that it waits, and who shows a code
    /// now may be another customer.
    private(set) var isUnseen = false
    /// Until when the answer to a question that is over is expected; nil: of none.
    private var answerIsLate: Duration?

    /// - Parameter questionWasLost: whether a restart ended a question.
    init(questionWasLost: Bool = false) {
        answerIsLate = questionWasLost ? .seconds(Int64.max / 2) : nil
    }

    // MARK: The merchant

    /// The merchant keys a sum for the customer who comes next. One that was keyed before gives way.
    mutating func key(_ amount: Amount, now: Duration) {
        waiting = KeyedSum(amount: amount, until: now + Self.inputTimeout)
    }

    /// Whether a sum that is keyed now may answer a question that is over, though another stands on the display: who
    /// began to key for one customer may end it before the next. Asked once, the merchant knows.
    mutating func takesForLate(now: Duration) -> Bool {
        defer { answerIsLate = nil }
        return answerIsLate.map { now < $0 } ?? false
    }

    /// The merchant clears: nothing waits any more, and what is keyed next is for the next customer.
    /// - Returns: the sum that waited.
    mutating func clear() -> Amount? {
        answerIsLate = nil
        defer { waiting = nil }
        return waiting?.amount
    }

    // MARK: The customer

    /// The sum for a tap or scan. It counts once.
    /// - Parameter operation: what it is for; a sum that it does not count waits on. nil: a scan, of which only the
    ///   relay knows what it is for.
    mutating func consume(for operation: Operation?, now: Duration) -> KeyedSum? {
        guard let sum = waiting, now < sum.until, operation?.counts(sum.amount.unit) ?? true else { return nil }
        waiting = nil
        return sum
    }

    /// Nothing came of the scan for which it was consumed: it waits as before.
    mutating func putBack(_ sum: KeyedSum?) {
        guard let sum else { return }
        (waiting, isUnseen) = (sum, true)
    }

    /// The relay refused a scan: its customer is still there, and so is the sum.
    mutating func giveBack(_ sum: KeyedSum?) {
        putBack(sum)
        if sum != nil { waiting?.isGivenBack = true }
    }

    /// A question has ended without its answer, which may still come.
    mutating func questionEnded(now: Duration) { answerIsLate = now + Self.inputTimeout }

    /// The display shows what waits.
    mutating func seen() { isUnseen = false }

    // MARK: Time

    /// When the sum that waits is past its time.
    var deadline: Duration? { waiting?.until }

    /// - Returns: a sum whose customer did not come in time.
    mutating func lapse(now: Duration) -> Amount? {
        guard let sum = waiting, now >= sum.until else { return nil }
        waiting = nil
        return sum.amount
    }
}

/// The merchant is asked on the display for one customer's sum.
struct AmountPrompt: Hashable, Sendable {
    /// From then on no answer is awaited.
    var until: Duration
    /// The merchant's sum, if it is another than the phone's. Keyed once more, it counts.
    var doubted: Amount?
}

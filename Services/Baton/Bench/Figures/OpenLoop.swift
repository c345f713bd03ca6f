/// When customers come, independent of the relay's speed: at a steady rate, each to the first free phone.
///
/// A customer who finds no free phone waits, and the wait counts: latency is measured from the scheduled time, never
/// from the time at which a phone was free. Otherwise a stall would delay the requests that would measure it
/// (*coordinated omission*).
struct OpenLoop: Sendable {
    /// One customer at one phone.
    struct Start: Hashable, Sendable {
        let phone: Int
        /// The scheduled time, in nanoseconds.
        let intended: UInt64
    }

    /// How many customers come in all.
    let count: Int
    private let begin: UInt64
    private let interval: Double
    private var started = 0
    private var isFree: [Bool]
    private var freeCount: Int
    /// Phones take turns: the search for a free one continues where it ended.
    private var cursor = 0

    /// - Parameters:
    ///   - begin: when the first customer comes, in nanoseconds.
    ///   - rate: customers a second; above zero.
    ///   - phones: how many there are, all of them free.
    init(begin: UInt64, rate: Double, count: Int, phones: Int) {
        precondition(rate > 0 && phones > 0, "a schedule needs a rate and phones")
        self.begin = begin
        self.count = count
        interval = 1_000_000_000 / rate
        isFree = Array(repeating: true, count: phones)
        freeCount = phones
    }

    /// When customer `number` comes.
    func intended(_ number: Int) -> UInt64 { begin + UInt64(Double(number) * interval) }

    /// Whether every customer has got a phone.
    var isThrough: Bool { started == count }

    /// When the next customer comes who can get a phone; nil if all phones are busy or all customers have come.
    var nextDue: UInt64? { isThrough || freeCount == 0 ? nil : intended(started) }

    /// The next customer who has come by `now` and finds a free phone, which is busy from now on.
    mutating func next(at now: UInt64) -> Start? {
        guard let due = nextDue, due <= now else { return nil }
        while !isFree[cursor] { cursor = (cursor + 1) % isFree.count }
        defer { cursor = (cursor + 1) % isFree.count }
        isFree[cursor] = false
        freeCount -= 1
        started += 1
        return Start(phone: cursor, intended: due)
    }

    /// A phone has its answer.
    mutating func free(_ phone: Int) {
        guard !isFree[phone] else { return }
        isFree[phone] = true
        freeCount += 1
    }
}

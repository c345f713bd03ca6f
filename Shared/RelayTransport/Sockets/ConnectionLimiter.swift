/// Who is connected to a bound socket, and who has to go: a pure value, told by the files of the connections.
///
/// A connection costs memory and one of the process's files whether anybody speaks on it or not. So their number is
/// bounded, and who does not say who he is leaves.
struct ConnectionLimiter {
    /// How many connections there may be.
    let most: Int
    /// How long a connection may last without a hello; nil where none is said.
    let helloTimeout: Duration?

    /// Who has said hello.
    private var known: Set<Int32> = []
    /// Who has not, and since when.
    private var strangers: [Int32: ContinuousClock.Instant] = [:]

    init(most: Int, helloTimeout: Duration?) {
        self.most = most
        self.helloTimeout = helloTimeout
    }

    var count: Int { known.count + strangers.count }
    var hasStrangers: Bool { !strangers.isEmpty }

    /// A peer has connected.
    /// - Returns: who has to go if that is one too many: whoever has kept silent for longest; the newcomer, where all
    ///   others
    ///   have said hello or none is said.
    mutating func entered(_ file: Int32, now: ContinuousClock.Instant) -> Int32? {
        known.remove(file)
        strangers[file] = now
        guard count > most else { return nil }
        let silent = helloTimeout == nil ? nil : strangers.min { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let leaver = silent ?? file
        strangers[leaver] = nil
        return leaver
    }

    /// A peer has said hello.
    mutating func introduced(_ file: Int32) {
        strangers[file] = nil
        known.insert(file)
    }

    /// The link of a peer that is still connected has ended; the peer says hello again or leaves.
    mutating func estranged(_ file: Int32, now: ContinuousClock.Instant) {
        if known.remove(file) != nil { strangers[file] = now }
    }

    /// A connection has ended.
    mutating func left(_ file: Int32) {
        known.remove(file)
        strangers[file] = nil
    }

    /// - Returns: who has not said hello in time. They are counted no more.
    mutating func overdue(_ now: ContinuousClock.Instant) -> [Int32] {
        guard let helloTimeout else { return [] }
        let overdue = strangers.filter { now - $0.value >= helloTimeout }.keys.sorted()
        for file in overdue { strangers[file] = nil }
        return overdue
    }
}

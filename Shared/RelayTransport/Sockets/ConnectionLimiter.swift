/// The connections of a bound socket, and which of them have to be closed: a pure value; connections are identified by
/// their files.
///
/// An idle connection also costs memory and a file descriptor. So their number is bounded, and a connection without a
/// hello is closed.
struct ConnectionLimiter {
    /// How many connections there may be.
    let most: Int
    /// How long a connection may last without a hello; nil if the endpoint has none.
    let helloTimeout: Duration?

    /// The connections that have said hello.
    private var known: Set<Int32> = []
    /// Those that have not, and since when they are open.
    private var strangers: [Int32: ContinuousClock.Instant] = [:]

    init(most: Int, helloTimeout: Duration?) {
        self.most = most
        self.helloTimeout = helloTimeout
    }

    var count: Int { known.count + strangers.count }
    var hasStrangers: Bool { !strangers.isEmpty }

    /// A peer has connected.
    /// - Returns: the connection to close if that is one too many: the one that has been silent for longest; the new
    ///   one, if all others have said hello or the endpoint has no hello.
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

    /// - Returns: the connections without a hello in time. They are no longer counted.
    mutating func overdue(_ now: ContinuousClock.Instant) -> [Int32] {
        guard let helloTimeout else { return [] }
        let overdue = strangers.filter { now - $0.value >= helloTimeout }.keys.sorted()
        for file in overdue { strangers[file] = nil }
        return overdue
    }
}

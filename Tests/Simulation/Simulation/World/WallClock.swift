import RelayDomain

/// By how much the routers' machines show the wrong time of day, and since when.
struct WallClock {
    /// What somebody sets a clock wrong by: an hour, days, a zero year.
    static let steps: [Duration] = [3_600, 3 * 86_400, 10 * 365 * 86_400].flatMap { [.seconds($0), .seconds(-$0)] }

    private(set) var wrongBy = Duration.zero
    private var since = Moment.start

    mutating func set(wrongBy span: Duration, at now: Moment) { (wrongBy, since) = (span, now) }

    /// Whether it shows the right time, and has for this long.
    func isRight(for span: Duration, at now: Moment) -> Bool { wrongBy == .zero && now - since >= span }
}

/// What relay time is ahead of the true time in each journal: what a wall clock was wrong by when a router took it
/// over.
struct RelayTimes {
    /// The last takeovers' of each journal: what one router has let begin may go on under the next.
    private var ahead: [UInt8: [Duration]] = [:]
    private static let kept = 4

    mutating func began(in journal: UInt8, at relayTime: Instant, _ now: Moment) {
        let latest = (ahead[journal] ?? []) + [relayTime - Self.trueTime(now)]
        ahead[journal] = latest.suffix(Self.kept)
    }

    /// The earliest that routers of a journal, the last few, would say that it is.
    func earliest(in journal: UInt8, at now: Moment) -> Instant {
        Self.trueTime(now) + (ahead[journal]?.min() ?? .zero)
    }

    private static func trueTime(_ now: Moment) -> Instant { SimClock.epoch + (now - .start) }
}

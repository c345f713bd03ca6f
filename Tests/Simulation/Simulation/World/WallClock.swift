import RelayDomain

/// How wrong the wall clock of the routers' machines is, and since when.
struct WallClock {
    /// By how much a clock is set wrong: an hour, days, ten years.
    static let steps: [Duration] = [3_600, 3 * 86_400, 10 * 365 * 86_400].flatMap { [.seconds($0), .seconds(-$0)] }

    private(set) var wrongBy = Duration.zero
    private var since = Moment.start

    mutating func set(wrongBy span: Duration, at now: Moment) { (wrongBy, since) = (span, now) }

    /// Whether it shows the right time, and has for this long.
    func isRight(for span: Duration, at now: Moment) -> Bool { wrongBy == .zero && now - since >= span }
}

/// How far relay time is ahead of the true time in each journal: as much as the wall clock was wrong when a router took
/// it over.
struct RelayTimes {
    /// The values of each journal's last takeovers: what began under one router may continue under the next.
    private var ahead: [UInt8: [Duration]] = [:]
    private static let kept = 4

    mutating func began(in journal: UInt8, at relayTime: Instant, _ now: Moment) {
        let latest = (ahead[journal] ?? []) + [relayTime - Self.trueTime(now)]
        ahead[journal] = latest.suffix(Self.kept)
    }

    /// The earliest time according to the last few routers of a journal.
    func earliest(in journal: UInt8, at now: Moment) -> Instant {
        Self.trueTime(now) + (ahead[journal]?.min() ?? .zero)
    }

    private static func trueTime(_ now: Moment) -> Instant { SimClock.epoch + (now - .start) }
}

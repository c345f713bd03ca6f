import RelayDomain

/// One process's clock: it never jumps, is set a little wrong, and is a little fast or slow.
struct SimClock: Sendable {
    /// The true time at which the simulation begins.
    static let epoch = Instant(milliseconds: 1_800_000_000_000)
    /// How much a wall clock may be set wrong, in milliseconds.
    static let skew: ClosedRange<Int64> = -500...500

    private let offset: Int64
    private let partsPerMillion: Int64

    init(offset: Duration, partsPerMillion: Int64) {
        self.offset = offset.microseconds
        self.partsPerMillion = partsPerMillion
    }

    /// What the clock shows, on its own scale.
    func reading(at moment: Moment) -> Duration {
        .microseconds(offset + moment.microseconds + moment.microseconds * partsPerMillion / 1_000_000)
    }

    /// When the clock will show at least this.
    func moment(of reading: Duration) -> Moment {
        let distance = reading.microseconds - offset
        return Moment(microseconds: distance - distance * partsPerMillion / (1_000_000 + partsPerMillion) + 1)
    }

    /// The clock's reading as a wall clock.
    func time(at moment: Moment) -> Instant { Self.epoch + reading(at: moment) }

    func moment(of time: Instant) -> Moment { self.moment(of: time - Self.epoch) }
}

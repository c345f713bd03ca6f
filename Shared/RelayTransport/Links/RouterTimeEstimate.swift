import RelayDomain

/// A router's time, estimated from its welcome and beats with this machine's monotonic clock.
///
/// What a router says is old when it arrives: each word gives a lower bound. The clock takes the highest bound of the
/// last eight words, which are the ones that were delayed least. So the estimate is never ahead of the router by more
/// than the two clocks drift in eight seconds, and behind by the fastest of eight deliveries.
struct RouterTimeEstimate {
    private static let samplesMax = 8
    /// The router's milliseconds when this machine's clock showed `origin`, as each word has it.
    private var atOrigin: [Int64] = []
    private var origin: ContinuousClock.Instant?

    /// Takes in what the router said.
    mutating func heard(_ time: Instant, at now: ContinuousClock.Instant) {
        let origin = origin ?? now
        self.origin = origin
        if atOrigin.count == Self.samplesMax { atOrigin.removeFirst() }
        atOrigin.append(time.milliseconds - (now - origin).milliseconds)
    }

    /// The router's time now, or nil before its first word.
    func time(at now: ContinuousClock.Instant) -> Instant? {
        guard let origin, let best = atOrigin.max() else { return nil }
        return Instant(milliseconds: best + (now - origin).milliseconds)
    }
}

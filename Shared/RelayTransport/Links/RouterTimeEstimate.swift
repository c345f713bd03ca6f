import RelayDomain

/// A router's time, estimated from its welcome and beats with this machine's monotonic clock.
///
/// A router's time is old when it arrives: each message gives a lower bound. The estimate is the highest bound of the
/// last eight messages, that of the least delayed one. So it is never ahead of the router by more than the drift of the
/// two clocks in eight seconds, and behind by the delay of the fastest of eight deliveries.
struct RouterTimeEstimate {
    private static let samplesMax = 8
    /// The router's milliseconds when this machine's clock showed `origin`, according to each message.
    private var atOrigin: [Int64] = []
    private var origin: ContinuousClock.Instant?

    /// Adds a time from the router.
    mutating func heard(_ time: Instant, at now: ContinuousClock.Instant) {
        let origin = origin ?? now
        self.origin = origin
        if atOrigin.count == Self.samplesMax { atOrigin.removeFirst() }
        atOrigin.append(time.milliseconds - (now - origin).milliseconds)
    }

    /// The router's time now, or nil before its first message.
    func time(at now: ContinuousClock.Instant) -> Instant? {
        guard let origin, let best = atOrigin.max() else { return nil }
        return Instant(milliseconds: best + (now - origin).milliseconds)
    }
}

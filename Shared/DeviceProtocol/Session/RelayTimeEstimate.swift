import RelayDomain

/// A device's estimate of the relay's time: the time in `welcome`, advanced by the device's own monotonic clock.
///
/// The device's wall clock is not used. The estimate is off by at most half of ``roundTrip``.
public struct RelayTimeEstimate: Hashable, Sendable {
    /// The relay's time at ``heardAt``.
    private let time: Instant
    /// On the device's monotonic clock.
    private let heardAt: Duration
    /// How long the request and its answer took.
    public let roundTrip: Duration

    /// - Parameters:
    ///   - time: the relay's time in its answer.
    ///   - askedAt: when the device sent the request, on its monotonic clock.
    ///   - heardAt: when the answer arrived.
    public init(_ time: Instant, askedAt: Duration, heardAt: Duration) {
        roundTrip = heardAt - askedAt
        self.time = time + roundTrip / 2
        self.heardAt = heardAt
    }

    /// The relay's time at `now` of the device's monotonic clock.
    public func time(at now: Duration) -> Instant { time + (now - heardAt) }

    /// When the relay's time will be `instant`, on the device's monotonic clock.
    public func moment(of instant: Instant) -> Duration { heardAt + (instant - time) }
}

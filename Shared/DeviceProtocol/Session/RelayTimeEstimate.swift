import RelayDomain

/// A device's estimate of the relay's time: what `welcome` said, carried on by the device's own monotonic clock.
///
/// The device's wall clock plays no part. The estimate is off by at most half of ``roundTrip``.
public struct RelayTimeEstimate: Hashable, Sendable {
    /// The relay's time at ``heardAt``.
    private let time: Instant
    /// On the device's monotonic clock.
    private let heardAt: Duration
    /// How long the question and its answer took.
    public let roundTrip: Duration

    /// - Parameters:
    ///   - time: what the relay wrote into its answer.
    ///   - askedAt: when the device asked, on its monotonic clock.
    ///   - heardAt: when it had the answer.
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

import HTTPEdge
import NIOCore

/// How many phones may be connected, and how much one of them may ask for.
struct PhoneLimits: Sendable {
    /// Connections at a time. Half of them are kept for phones that have sent a request; where all are used,
    /// those that wait for no answer make room.
    var connectionsMax = 10_000
    /// Connections from one address.
    var connectionsPerAddressMax = 2_500
    /// Requests of one connection that were sent before the answer to the one before them, or ask for nothing that
    /// there is. Phones and proxies send few of either; who sends many is answered at this pace.
    var hasty = RateBudget.Rate(burst: 32, perSecond: 10)

    /// How long a stream may stay without a byte: then a comment shows whether the phone is still there.
    var streamSilenceMax = TimeAmount.seconds(15)

    var book: ConnectionBook {
        ConnectionBook(
            .init(
                most: connectionsMax, strangersMax: (connectionsMax + 1) / 2,
                perAddressMax: connectionsPerAddressMax, countsKnown: true))
    }
}

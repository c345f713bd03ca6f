import HTTPEdge
import NIOCore

/// How many phones may be connected, and how many requests one of them may send.
struct PhoneLimits: Sendable {
    /// Connections at a time. Half of them are kept for phones that have sent a request; when all are used, connections
    /// that wait for no answer are closed for new ones.
    var connectionsMax = 10_000
    /// Connections from one address.
    var connectionsPerAddressMax = 2_500
    /// Requests of one connection that were pipelined, or that name an unknown path. Phones and proxies send few of
    /// either; more are answered at this rate.
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

import RelayDomain
import RelayMessages

/// What stands on a message's envelope beside its body.
public struct MessageHeader: Hashable, Sendable {
    /// Ties a reply, which repeats it, to its request; 0 where no reply is due.
    ///
    /// Both ends of a link may ask, so each has numbers of its own: the end that connects takes odd ones, the router
    /// even ones.
    public var correlation: UInt64
    /// The trace that the message belongs to (https://www.w3.org/TR/trace-context/), or empty. A foreign one that is
    /// longer than ``traceparentBytesMax`` reads as none.
    public var traceparent: String
    /// What version 00 needs is 55 bytes; later ones may add some.
    static let traceparentBytesMax = 128
    /// Relay time after which no answer is awaited, or nil.
    public var deadline: Instant?

    public init(correlation: UInt64 = 0, traceparent: String = "", deadline: Instant? = nil) {
        self.correlation = correlation
        self.traceparent = traceparent
        self.deadline = deadline
    }

    /// For a message that expects no reply.
    public static let none = MessageHeader()
}

import RelayDomain
import RelayMessages

/// The fields of a message's envelope beside its body.
public struct MessageHeader: Hashable, Sendable {
    /// Matches a reply, which repeats it, to its request; 0 if no reply is due.
    ///
    /// Both ends of a link may send requests, so each has numbers of its own: the connecting end uses odd ones, the
    /// router even ones.
    public var correlation: UInt64
    /// The trace that the message belongs to (https://www.w3.org/TR/trace-context/), or empty. One that is longer than
    /// ``traceparentBytesMax`` reads as empty.
    public var traceparent: String
    /// Version 00 has 55 bytes; later versions may have more.
    static let traceparentBytesMax = 128
    /// The relay time after which no answer is awaited, or nil.
    public var deadline: Instant?

    /// A header; without arguments that of a message that expects no reply.
    public init(correlation: UInt64 = 0, traceparent: String = "", deadline: Instant? = nil) {
        self.correlation = correlation
        self.traceparent = traceparent
        self.deadline = deadline
    }

    /// For a message that expects no reply.
    public static let none = MessageHeader()
}

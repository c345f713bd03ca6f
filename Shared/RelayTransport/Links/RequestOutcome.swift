/// How a request of a ``LinkClient`` ended.
public enum RequestOutcome<Reply: Sendable>: Sendable {
    case reply(Reply, Postmark)
    /// The router says that it cannot read the request: it was not acted upon, and the same bytes never will be.
    case unread(reason: String)
    /// No reply came in time. The router may have acted all the same: inquire before repeating.
    case noReply
    /// The link broke while the reply was awaited. The router may have acted all the same.
    case linkLost(LinkLoss)
}

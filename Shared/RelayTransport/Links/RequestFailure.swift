/// Why a request has no reply.
public enum RequestFailure: Error, Hashable, Sendable {
    /// It did not leave: no link, no room, or too long.
    case notSent(SendResult)
    /// The router says that it cannot read the request: it was not acted upon, and the same bytes never will be, unless
    /// the reason is ``tooSoon``.
    case unread(reason: String)
    /// No reply came in time, or one that means nothing to us. The router may have acted all the same: inquire before
    /// repeating.
    case noReply
    /// The link broke while the reply was awaited. The router may have acted all the same: inquire before repeating.
    case linkLost(LinkLoss)

    /// The reason of a long order that came right after another: it may be repeated a second later.
    public static let tooSoon = Unreadable.tooSoon.label

    /// Whether the router may have acted on the request.
    public var mayHaveArrived: Bool {
        switch self {
        case .notSent, .unread: false
        case .noReply, .linkLost: true
        }
    }
}

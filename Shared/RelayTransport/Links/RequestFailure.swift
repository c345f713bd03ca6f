/// Why a request has no reply.
public enum RequestFailure: Error, Hashable, Sendable {
    /// It was not sent: no link, no room, or too long.
    case notSent(SendResult)
    /// The router could not read the request and has not acted on it. A repeat cannot help, unless the reason is
    /// ``tooSoon``.
    case unread(reason: String)
    /// No reply came in time, or an unreadable one. The router may still have acted: inquire before repeating.
    case noReply
    /// The link broke while the reply was awaited. The router may still have acted: inquire before repeating.
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

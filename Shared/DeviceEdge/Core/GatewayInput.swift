import RelayDomain

/// One device's connection, counted from 1 for each process.
public struct ConnectionID: Hashable, Comparable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// One link to a journal's router. Connecting again makes another link, with a higher number.
public struct RouterLink: Hashable, Sendable {
    public let number: UInt64
    public let journal: UInt8

    public init(number: UInt64, journal: UInt8) {
        self.number = number
        self.journal = journal
    }
}

/// What happens to a ``GatewayCore``.
public enum GatewayInput: Sendable {
    /// A device's WebSocket stands.
    case opened(ConnectionID)
    /// A text frame came.
    case received(ConnectionID, [UInt8])
    /// A pong came, or another sign of life that is no text frame.
    case heard(ConnectionID)
    /// The connection is no more. What the core closed itself it need not be told, but may.
    case closed(ConnectionID)
    /// A journal's router has welcomed this gateway. `ahead` is its time minus the gateway's.
    case linkOpened(RouterLink, journals: UInt8, ahead: Duration)
    /// All requests on the link have been answered with ``RequestEnd/linkLost`` before.
    case linkLost(RouterLink)
    /// What a journal's router's time is ahead of the gateway's, anew.
    case routerTime(RouterLink, ahead: Duration)
    /// How a ``GatewayOutput/request(_:_:on:within:)`` ended: exactly once for each.
    case answered(RequestID, RequestEnd)
    /// A router said something that answers nothing.
    case ordered(GatewayOrder, on: RouterLink)
    /// A second or so has gone by.
    case timePassed
    /// The process is to end: finish what is open, begin nothing.
    case stopping
}

/// Ties an answer to its question to a router.
public struct RequestID: Hashable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}

/// How a question to a router ended.
public enum RequestEnd: Sendable {
    case replied(GatewayOrder)
    /// The link broke, before the question left or while the answer was awaited.
    case linkLost
    /// No answer came in time. The router may have acted all the same.
    case noReply
    /// The question did not leave: too many wait already.
    case full
    /// The router could not read the question, or it is too long to send: repeating it cannot help.
    case unreadable
}

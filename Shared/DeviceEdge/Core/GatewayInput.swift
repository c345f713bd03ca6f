import RelayDomain

/// One device's connection, counted from 1 for each process.
public struct ConnectionID: Hashable, Comparable, Sendable {
    /// Counts the connections of this process.
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// One link to a journal's router. Connecting again makes another link, with a higher number.
public struct RouterLink: Hashable, Sendable {
    /// Counts the links of this process.
    public let number: UInt64
    /// The journal that the router writes.
    public let journal: UInt8

    public init(number: UInt64, journal: UInt8) {
        self.number = number
        self.journal = journal
    }
}

/// What happens to a ``GatewayCore``.
public enum GatewayInput: Sendable {
    /// A device's WebSocket is open.
    case opened(ConnectionID)
    /// A text frame came.
    case received(ConnectionID, [UInt8])
    /// A pong came, or another sign of life that is not a text frame.
    case heard(ConnectionID)
    /// The connection has ended. For connections that the core closed itself this input is optional.
    case closed(ConnectionID)
    /// A journal's router has welcomed this gateway. `ahead` is its time minus the gateway's.
    case linkOpened(RouterLink, journals: UInt8, ahead: Duration)
    /// All requests on the link have been answered with ``RequestEnd/linkLost`` before.
    case linkLost(RouterLink)
    /// A new value of how far the time of a journal's router is ahead of the gateway's.
    case routerTime(RouterLink, ahead: Duration)
    /// How a ``GatewayOutput/request(_:_:on:within:)`` ended: exactly once for each.
    case answered(RequestID, RequestEnd)
    /// A router sent a message that answers nothing.
    case ordered(GatewayOrder, on: RouterLink)
    /// About a second has passed.
    case timePassed
    /// The process is to end: finish what is open, begin nothing new.
    case stopping
}

/// Matches an answer to its request to a router.
public struct RequestID: Hashable, Sendable {
    /// Counts the requests of this process.
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}

/// How a request to a router ended.
public enum RequestEnd: Sendable {
    case replied(GatewayOrder)
    /// The link broke, before the request was sent or while the answer was awaited.
    case linkLost
    /// No answer came in time. The router may still have acted.
    case noReply
    /// The request was not sent: too many wait already.
    case full
    /// The router could not read the request, or it is too long to send: a repeat cannot help.
    case unreadable
}

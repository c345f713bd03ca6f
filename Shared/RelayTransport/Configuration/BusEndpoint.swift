/// The four sockets of a router to which services connect.
public enum BusEndpoint: String, Sendable, CaseIterable {
    /// The ingress and the command line send requests; the router answers.
    case requests
    /// Gateways: commands and outcomes one way, claims, scans and results the other.
    case devices
    /// Destination adapters: the router asks, they answer.
    case destinations
    /// Hints about transactions to their subscribers; see ``Publisher``.
    case events

    /// The offset from the port of a `tcp://` address, which is the first endpoint's.
    public var portOffset: UInt16 {
        switch self {
        case .requests: 0
        case .devices: 1
        case .destinations: 2
        case .events: 3
        }
    }
}

/// The four places where services meet a router.
public enum BusEndpoint: String, Sendable, CaseIterable {
    /// The ingress, the console and the command line ask; the router answers.
    case requests
    /// Gateways: commands and outcomes one way, claims, scans and results the other.
    case devices
    /// Destination adapters: the router asks, they answer.
    case destinations
    /// Subscribers to news of transactions; see ``Publisher``.
    case events

    /// What is added to the port of a `tcp://` address, which names the first endpoint's.
    public var portOffset: UInt16 {
        switch self {
        case .requests: 0
        case .devices: 1
        case .destinations: 2
        case .events: 3
        }
    }
}

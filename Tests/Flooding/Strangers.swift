/// What strangers do to one process, at a rate that leaves enough of the machine to others.
public enum Strangers: String, Hashable, Sendable, CaseIterable {
    // At the edges for phones.
    case idle = "idle connections"
    case halfHeads = "half heads"
    case pipelined = "requests sent ahead"
    // At the gateways.
    case silentSockets = "WebSockets without a greeting"
    case pings = "empty pings"
    case fragments = "empty fragments"
    // At a router's sockets.
    case noZeroMQ = "bus: no ZeroMQ"
    case beforeHello = "bus: envelopes before a hello"
    case oversized = "bus: oversized envelopes"
    case afterHello = "bus: nonsense after a hello"
    case oneRoutingID = "bus: one routing ID for all"
    case subscriptions = "bus: long subscriptions"
    // At any process.
    case admin = "admin port"

    /// How many connections a flood has.
    private static let connections = 40
    /// Between two frames of a peer of the bus, in microseconds.
    private static let pause: UInt32 = 2_000
    /// The endpoints for a router's peers.
    private static let endpoints = ["requests", "devices", "destinations"]

    /// Begins it, until the flood ends; it is counted under its name.
    /// - Parameters:
    ///   - addresses: as the process announces them, by protocol.
    ///   - admin: the address of its admin port.
    /// - Returns: whether the process has the endpoint that these strangers need.
    @discardableResult
    public func begin(_ flood: Flood, at addresses: [String: String], admin: String) -> Bool {
        switch self {
        case .idle: hold(flood, addresses["http"], [], .staysSilent)
        case .halfHeads: hold(flood, addresses["http"], Words.halfHead, .goesOn([UInt8(ascii: "x")]))
        case .pipelined: hold(flood, addresses["http"], [], .goesOn(Words.repeated(Words.get("/"), 10)))
        case .silentSockets: hold(flood, addresses["ws"], Words.upgrade, .staysSilent)
        case .pings: hold(flood, addresses["ws"], Words.upgrade, .goesOn(Words.repeated(Words.ping, 20)))
        case .fragments:
            hold(
                flood, addresses["ws"], Words.upgrade + Words.firstFragment,
                .goesOn(Words.repeated(Words.fragment, 20)))
        case .noZeroMQ:
            Self.endpoints.map { hold(flood, addresses[$0], Words.get("/"), .staysSilent) }.contains(true)
        case .beforeHello: say(flood, Words.hopStamps(30_000), at: addresses)
        case .oversized: say(flood, Words.hopStamps(150_000), at: addresses, count: 4)
        case .afterHello: say(flood, Words.resume, at: addresses, after: Words.hello("terminal-gateway"))
        case .oneRoutingID:
            say(
                flood, Words.resume, at: addresses, after: Words.hello("destination-adapter"),
                routingID: [0] + Array("abcd".utf8), count: 20)
        case .subscriptions: hold(flood, addresses["events"], Words.subscription(bytes: 1 << 20), .leaves, count: 2)
        case .admin:
            hold(flood, admin, Words.halfHead, .goesOn([UInt8(ascii: "x")]))
                && hold(flood, admin, [], .goesOn(Words.repeated(Words.get("/metrics"), 5)), count: 4)
        }
    }

    private func hold(
        _ flood: Flood, _ address: String?, _ first: [UInt8], _ manner: Flood.Manner, count: Int = connections
    ) -> Bool {
        guard let place = address.flatMap(Place.init) else { return false }
        flood.connect(rawValue, to: place, count: count, saying: first, manner)
        return true
    }

    /// Two peers at each endpoint.
    private func say(
        _ flood: Flood, _ frame: [UInt8], at addresses: [String: String], after hello: [UInt8]? = nil,
        routingID: [UInt8]? = nil, count: Int = 1_000
    ) -> Bool {
        let found = Self.endpoints.compactMap { addresses[$0] }
        for address in found + found {
            flood.say(
                rawValue, frame, to: address, after: hello, routingID: routingID, count: count, pause: Self.pause)
        }
        return !found.isEmpty
    }
}

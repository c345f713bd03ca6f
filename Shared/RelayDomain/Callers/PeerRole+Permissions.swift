// Who may say what to a router: this file decides it, and no other does. Each of the router's ends
// takes one kind of messages, so the kind of a message tells the end.

extension PeerRole {
    /// At `requests`: an ingress speaks for phones, and for nobody else; an operator's tool administers.
    public func maySay(_ request: RouterRequest) -> Bool {
        switch request {
        case .submit, .cancel: self == .ingress
        case .query, .resolve: self == .ingress || mayAdminister
        case .reconcile, .apply, .getShop, .shopHistory, .overview: mayAdminister
        }
    }

    /// At `devices`: a gateway speaks for the kind of devices that it serves.
    public func maySay(_ message: GatewayMessage) -> Bool {
        switch message {
        case .claim(let device, _, _, _): self == device.gatewayRole
        case .sessionEnded(let session), .call(let session, _, _): self == session.device.gatewayRole
        }
    }

    /// At `destinations`: an adapter speaks for its destination.
    public func maySay(_ message: AdapterMessage) -> Bool {
        switch message {
        case .ready, .draining, .answer, .remember, .health: isAdapter
        }
    }

    /// Whether it may close transactions, and read and write the registry. Its messages may be long: a whole shop.
    public var mayAdminister: Bool { self == .operator }

    /// Whether it has anything to say at `devices`, and is told the tables there.
    public var isGateway: Bool { self == .terminalGateway || self == .posGateway }

    /// Whether it has anything to say at `destinations`.
    public var isAdapter: Bool { self == .destinationAdapter }
}

extension Device {
    /// The role of the gateways that serve such devices.
    fileprivate var gatewayRole: PeerRole {
        switch self {
        case .terminal: .terminalGateway
        case .pos: .posGateway
        }
    }
}

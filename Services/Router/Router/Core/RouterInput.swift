import RelayDomain

/// A process at the other end of one of the router's links. The shell numbers them as they come; numbers do not repeat.
public struct PeerNumber: Hashable, Comparable, Sendable {
    public let value: UInt64
    public init(_ value: UInt64) { self.value = value }
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// The peer and the request that an answer is for.
public struct ReturnAddress: Hashable, Sendable {
    public let peer: PeerNumber
    public let correlation: UInt64
    public init(_ peer: PeerNumber, correlation: UInt64) {
        self.peer = peer
        self.correlation = correlation
    }
}

/// Everything that can happen to a router.
public enum RouterInput: Sendable {
    /// The journal was claimed; these transactions have no outcome yet, or have one and are still inquired about. Comes
    /// first, once.
    case recovered([Recovered.Unfinished], reopened: [Transaction])
    /// A newer registry was read.
    case registryChanged(Registry)
    /// The registry was written for an operator, who waits for the answer.
    case registryWritten(Registry, ReturnAddress)
    /// The disk refused it; the registry is as it was.
    case registryNotWritten(ReturnAddress)
    /// An ingress or an operator's tool asks.
    case request(RouterRequest, from: Caller, ReturnAddress)
    /// Who asked has gone: nobody waits for his replies any more.
    case requesterLost(PeerNumber)
    /// A process has connected to say what devices say.
    case gatewayOpened(PeerNumber, Caller)
    /// It has gone, and its devices' sessions with it.
    case gatewayLost(PeerNumber)
    case gateway(GatewayMessage, from: Caller, ReturnAddress)
    /// A process that serves a destination has connected.
    case adapterOpened(PeerNumber, Caller)
    case adapter(AdapterMessage, from: Caller, PeerNumber)
    /// It has gone: what it was asked and has not answered is unknown.
    case adapterLost(PeerNumber)
    /// The socket refused an authorization: it was not sent.
    case authorizationNotTaken(TransactionID, PeerNumber)
    /// Nothing but the time, which ``RouterCore/deadline`` asked for.
    case timePassed
}

extension RouterInput {
    /// Who says it although his role does not permit it; nil if it does, or if no peer says it.
    var unpermittedCaller: Caller? {
        switch self {
        case .request(let request, let caller, _): caller.role.maySay(request) ? nil : caller
        case .gatewayOpened(_, let caller): caller.role.isGateway ? nil : caller
        case .gateway(let message, let caller, _): caller.role.maySay(message) ? nil : caller
        case .adapterOpened(_, let caller): caller.role.isAdapter ? nil : caller
        case .adapter(let message, let caller, _): caller.role.maySay(message) ? nil : caller
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .requesterLost, .gatewayLost,
            .adapterLost, .authorizationNotTaken, .timePassed:
            nil
        }
    }
}

/// Everything that a router can do. None of it is carried out before the step's entries are durable.
public enum RouterOutput: Hashable, Sendable {
    case reply(RouterReply, ReturnAddress)
    /// Tells a gateway something, in reply if the correlation is not 0.
    case order(GatewayOrder, ReturnAddress)
    /// Ask the destination: handed to the socket once in the transaction's life.
    case authorize(AuthorizationRequest, PeerNumber)
    /// An inquiry, a reversal or a question for health: one that is not sent is repeated.
    case orderAdapter(AdapterOrder, PeerNumber)
    /// Write the registry, then say ``RouterInput/registryWritten(_:_:)``.
    case writeRegistry(Registry, ShopChange, ReturnAddress)
    /// Answer with the registry's past, which its store knows.
    case tellPast(RegistryLookup, ReturnAddress)
    /// Something was refused; counted by its code.
    case count(Refusal)
    /// This caller said what its role does not permit, which was refused and counted: the log names it.
    case notPermitted(Caller)
    /// A destination's adapter has answered an authorization; measured from the moment at which it was sent.
    case answered(DestinationID, after: Duration)
}

/// What an operator wants to know of the registry's past.
public enum RegistryLookup: Hashable, Sendable {
    /// The shop of an earlier version.
    case version(UInt64)
    /// Who wrote each version, and when.
    case history
}

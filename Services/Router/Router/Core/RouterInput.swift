import RelayDomain

/// A process at the other end of one of the router's links. The shell numbers them as they come; numbers do not repeat.
public struct PeerNumber: Hashable, Comparable, Sendable {
    public let value: UInt64
    public init(_ value: UInt64) { self.value = value }
    public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// To whom and to what an answer is due.
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
    /// The journal was claimed; these transactions have no outcome yet, or are asked about although they have one.
    /// Comes first, once.
    case recovered([Recovered.Unfinished], reopened: [Transaction])
    case registryChanged(Registry)
    /// The registry was written as an operator ordered; he waits for the answer.
    case registryWritten(Registry, ReturnAddress)
    /// The disk refused it; the registry is as it was.
    case registryNotWritten(ReturnAddress)
    case request(RouterRequest, ReturnAddress)
    case requesterLost(PeerNumber)
    case gatewayOpened(PeerNumber)
    case gatewayLost(PeerNumber)
    case gateway(GatewayMessage, ReturnAddress)
    /// A process that serves a destination has connected, and says what it is called.
    case adapterOpened(PeerNumber, name: String)
    case adapter(AdapterMessage, PeerNumber)
    case adapterLost(PeerNumber)
    /// The socket did not take an authorization: it has not left.
    case authorizationNotTaken(TransactionID, PeerNumber)
    /// Nothing but the time, which ``RouterCore/deadline`` asked for.
    case timePassed
}

/// Everything that a router can do. None of it happens before the step's entries are durable.
public enum RouterOutput: Hashable, Sendable {
    case reply(RouterReply, ReturnAddress)
    case order(GatewayOrder, ReturnAddress)
    case authorize(AuthorizationRequest, PeerNumber)
    /// An inquiry, a reversal or a question for health: what does not leave is asked again.
    case orderAdapter(AdapterOrder, PeerNumber)
    /// News for whoever listens: a hint, which the journal can tell again.
    case publish(TransactionStatus)
    /// Write the registry, then say ``RouterInput/registryWritten(_:_:)``.
    case writeRegistry(Registry, ShopChange, ReturnAddress)
    /// Answer with the registry's past, which its store knows.
    case tellPast(RegistryLookup, ReturnAddress)
    /// Something was refused; counted by its code.
    case count(Refusal)
    /// A destination's adapter has answered an authorization; measured from the moment in which it was handed over.
    case answered(DestinationID, after: Duration)
}

/// What an operator wants to know of the registry's past.
public enum RegistryLookup: Hashable, Sendable {
    /// The shop of an earlier version.
    case version(UInt64)
    /// Who wrote each version, and when.
    case history
}

/// What a process is to the routers that it connects to. The raw value is the word on the wire and in logs.
public enum PeerRole: String, Hashable, Sendable, CaseIterable {
    /// Speaks for phones.
    case ingress
    /// Holds the sessions of relay terminals.
    case terminalGateway = "terminal-gateway"
    /// Holds the sessions of POS agents.
    case posGateway = "pos-gateway"
    /// Answers for one destination.
    case destinationAdapter = "destination-adapter"
    /// An operator's tool.
    case `operator`
}

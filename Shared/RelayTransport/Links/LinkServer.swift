import RelayDomain
import RelayMessages

/// The router's end of one endpoint: a bound ROUTER socket and the links of all who connected to it.
///
/// **How a message passes.** The reactor reads a frame and the routing ID before it; the envelope is decoded into
/// `Inbound`; the peer's ``LinkStateMachine`` says whether it may pass (not before hello); ``received`` is called, in
/// the same turn, on the reactor: no task, no `await`, no copy of the queue. An answer given to ``send(_:_:to:)`` is
/// handed to the socket at once, and the caller learns whether the socket took it.
///
/// What cannot be read is counted, answered, reported to ``unread``, and never stops anything.
///
/// Lives on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from the
/// reactor's own turn, never from inside a call of the owner's, except ``close()``.
public final class LinkServer<Inbound: EnvelopeBody, Outbound: EnvelopeBody> {
    /// A peer has said hello and was welcomed.
    public var opened: (Peer, Caller) -> Void {
        get { links.opened }
        set { links.opened = newValue }
    }
    /// A peer sent a message, and this is who says it.
    public var received: (Peer, Caller, Inbound, MessageHeader) -> Void = { _, _, _, _ in } {
        didSet {
            links.received = { [received] peer, caller, body, header throws(WireError) in
                received(peer, caller, try Inbound(wire: body), header)
            }
        }
    }
    /// A peer that was opened is there no more. What was sent to it last may not have arrived.
    public var lost: (Peer, LinkLoss) -> Void {
        get { links.lost }
        set { links.lost = newValue }
    }
    /// A message that could not be read, here or there. The caller is nil where the peer has not said hello.
    public var unread: (Peer, Caller?, Unread) -> Void {
        get { links.unread }
        set { links.unread = newValue }
    }
    /// libzmq reports something of a connection. It cannot say of which peer.
    public var connection: (SocketEvent) -> Void {
        get { links.connection }
        set { links.connection = newValue }
    }

    /// What was bound, with the port that was found if it was 0.
    public var boundAddress: String { links.boundAddress }
    /// What a client of this endpoint is given to find it; not for other endpoints if the port was 0.
    public var address: BusAddress { links.address }

    private let links: PeerConnections

    /// Binds the endpoint.
    /// - Parameters:
    ///   - name: the router's name, which tells its sockets from those of others in an `ipc://` directory; a second
    ///     router of the same name would take them over.
    ///   - configuration: of its addresses the first is bound.
    ///   - welcome: what a peer is answered when it says hello; asked before ``opened`` is called.
    ///   - routerTime: what each beat tells the peers.
    /// - Throws: ``TransportError``.
    public init(
        _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration, on reactor: Reactor,
        routerTime: @escaping () -> Instant, welcome: @escaping (Peer, Caller) -> RouterWelcome
    ) throws(TransportError) {
        links = try PeerConnections(
            endpoint, name: name, configuration, on: reactor, routerTime: routerTime, welcome: welcome)
    }

    /// Whether messages are left where they are, for an owner that has no room for more. Beats are left too, so silence
    /// is not judged meanwhile.
    public var isPaused: Bool {
        get { links.isPaused }
        set { links.isPaused = newValue }
    }

    /// The peers that have said hello.
    public var peers: [Peer: Caller] { links.peers }

    /// Hands a message to the socket.
    /// - Returns: only after ``SendResult/sent`` may it arrive; after anything else it has not left.
    public func send(_ message: Outbound, _ header: MessageHeader = .none, to peer: Peer) -> SendResult {
        links.send(message.wire, header, to: peer)
    }

    /// Says goodbye to a peer and forgets it. ``lost`` is not called for it.
    public func dismiss(_ peer: Peer) { links.dismiss(peer) }

    /// Says goodbye to all, closes the socket and releases the owner's closures without calling them.
    public func close() {
        links.close()
        received = { _, _, _, _ in }
    }
}

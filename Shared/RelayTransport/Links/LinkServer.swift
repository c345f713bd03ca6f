import RelayDomain
import RelayMessages

/// The router's end of one endpoint: a bound ROUTER socket and the links of all connected peers.
///
/// **How a message passes.** The reactor reads a frame and the routing ID before it; the envelope is decoded into
/// `Inbound`; the peer's ``LinkStateMachine`` decides whether it may pass (not before hello); ``received`` is called,
/// in the same turn, on the reactor: no task, no `await`, no copy of the queue. ``send(_:_:to:)`` gives an answer to
/// the socket at once, and returns whether the socket accepted it.
///
/// An unreadable message is counted, answered and reported to ``unread``, and never stops other messages.
///
/// Used only on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from
/// the reactor's own turn, never during a call by the owner, except ``close()``.
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
    /// An open peer is lost. The last messages to it may not have arrived.
    public var lost: (Peer, LinkLoss) -> Void {
        get { links.lost }
        set { links.lost = newValue }
    }
    /// A message that could not be read, here or there. The caller is nil where the peer has not said hello.
    public var unread: (Peer, Caller?, Unread) -> Void {
        get { links.unread }
        set { links.unread = newValue }
    }
    /// libzmq reports something of a connection. It does not say of which peer.
    public var connection: (SocketEvent) -> Void {
        get { links.connection }
        set { links.connection = newValue }
    }

    /// The bound address, with the actual port if it was 0.
    public var boundAddress: String { links.boundAddress }
    /// The address for clients of this endpoint; not valid for other endpoints if the port was 0.
    public var address: BusAddress { links.address }

    private let links: PeerConnections

    /// Binds the endpoint.
    /// - Parameters:
    ///   - name: the router's name, part of its sockets' names in an `ipc://` directory; a second router of the same
    ///     name would take them over.
    ///   - configuration: of its addresses the first is bound.
    ///   - welcome: makes the answer to a hello; called before ``opened``.
    ///   - routerTime: the time in each beat.
    /// - Throws: ``TransportError``.
    public init(
        _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration, on reactor: Reactor,
        routerTime: @escaping () -> Instant, welcome: @escaping (Peer, Caller) -> RouterWelcome
    ) throws(TransportError) {
        links = try PeerConnections(
            endpoint, name: name, configuration, on: reactor, routerTime: routerTime, welcome: welcome)
    }

    /// Whether reading is suspended, for an owner that has no room for more. Beats are not read either, so silence does
    /// not count meanwhile.
    public var isPaused: Bool {
        get { links.isPaused }
        set { links.isPaused = newValue }
    }

    /// The peers that have said hello.
    public var peers: [Peer: Caller] { links.peers }

    /// Gives a message to the socket.
    /// - Returns: only after ``SendResult/sent`` can it arrive; after any other result it was not sent.
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

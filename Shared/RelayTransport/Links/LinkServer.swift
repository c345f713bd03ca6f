import Glibc
import RelayDomain
import RelayMessages

/// The router's end of one endpoint: a bound ROUTER socket and the links of all who connected to it.
///
/// **How a message passes.** The reactor reads a frame and the routing ID before it; the envelope is decoded into
/// `Inbound`; the peer's ``LinkStateMachine`` says whether it may pass (not before hello); ``received`` is called, in the
/// same turn, on the reactor: no task, no `await`, no copy of the queue. An answer given to ``send(_:_:to:)`` is handed to
/// the socket at once, and the caller learns whether the socket took it.
///
/// What cannot be read is counted, answered where it has a correlation, and never stops anything.
///
/// Lives on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from the
/// reactor's own turn, never from inside a call of the owner's, except ``close()``.
public final class LinkServer<Inbound: EnvelopeBody, Outbound: EnvelopeBody> {
    /// A peer has said hello and was welcomed.
    public var opened: (Peer, Hello) -> Void = { _, _ in }
    /// A peer sent a message.
    public var received: (Peer, Inbound, Postmark) -> Void = { _, _, _ in }
    /// A peer that was opened is there no more. What was sent to it last may not have arrived.
    public var lost: (Peer, LinkLoss) -> Void = { _, _ in }
    /// libzmq reports something of a connection. It cannot say of which peer.
    public var connection: (SocketEvent) -> Void = { _ in }

    /// What was bound, with the port that was found if it was 0.
    public let boundAddress: String
    /// What a client of this endpoint is given to find it; not for other endpoints if the port was 0.
    public let address: BusAddress

    private let reactor: Reactor
    private let socket: Socket
    private let limits: BusLimits
    private let counters: BusCounters
    private let welcome: (Peer, Hello) -> Welcome
    private let routerTime: () -> Instant
    private var links: [Peer: Link] = [:]
    private var unreachable: [Peer] = []
    private var timer: ReactorTimer?

    private struct Link {
        var machine = LinkStateMachine(.answering)
        var hello: Hello
    }

    /// Binds the endpoint.
    /// - Parameters:
    ///   - name: the router's name, which tells its sockets from those of others in an `ipc://` directory.
    ///   - configuration: of its addresses the first is bound.
    ///   - welcome: what a peer is answered when it says hello.
    ///   - routerTime: what each beat tells the peers.
    /// - Throws: ``TransportError``.
    public init(
        _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration, on reactor: Reactor,
        routerTime: @escaping () -> Instant, welcome: @escaping (Peer, Hello) -> Welcome
    ) throws(TransportError) {
        let binding = try BoundSocket(.router, endpoint, name: name, configuration, on: reactor)
        self.reactor = reactor
        self.welcome = welcome
        self.routerTime = routerTime
        socket = binding.socket
        boundAddress = binding.bound
        address = binding.address
        limits = configuration.limits
        counters = BusCounters(endpoint)
        timer = reactor.timer { self.tick($0) }
        socket.onMessage = { self.receive($0) }
        binding.report { [counters] event in
            counters.count(event)
            self.connection(event)
        }
    }

    /// The peers that have said hello.
    public var peers: [Peer: Hello] { links.mapValues(\.hello) }

    /// Hands a message to the socket.
    /// - Returns: only after ``SendResult/sent`` may it arrive; after anything else it has not left.
    public func send(_ message: Outbound, _ postmark: Postmark = .none, to peer: Peer) -> SendResult {
        reactor.checkIsolated()
        let result = links[peer]?.machine.isOpen == true ? transmit(message.wire, postmark, to: peer) : .unreachable
        if result != .sent { counters.count(unsent: result) }
        return result
    }

    /// Says goodbye to a peer and forgets it. ``lost`` is not called for it.
    public func dismiss(_ peer: Peer) {
        reactor.checkIsolated()
        guard links.removeValue(forKey: peer) != nil else { return }
        _ = transmit(.goodbye, .none, to: peer)
    }

    /// Says goodbye to all and closes the socket. Calls nobody.
    public func close() {
        reactor.checkIsolated()
        for peer in links.keys { _ = transmit(.goodbye, .none, to: peer) }
        links = [:]
        timer?.cancel()
        timer = nil
        socket.close()
    }

    // MARK: - Receiving

    private func receive(_ identity: consuming Frame) {
        var identity = identity
        guard var body = socket.receive() else { return counters.count(refused: "noBody") }
        guard let peer = Peer(&identity) else { return counters.count(refused: "routingID") }
        switch Received<Inbound>(&body, bytesMax: limits.messageBytesMax) {
        case .hello(let hello): greet(peer, hello)
        case .message(let message, let postmark):
            apply(.heard(.message), to: peer) { received(peer, message, postmark) }
        case .beat: apply(.heard(.beat), to: peer)
        case .goodbye: apply(.heard(.goodbye), to: peer)
        case .welcome: counters.count(refused: "welcome")
        case .unsupportedVersion: apply(.heard(.unsupportedVersion), to: peer)
        case .unreadThere: counters.count(refused: "unreadThere")
        case .unreadable(let why, let correlation): refuse(why, correlation, from: peer)
        }
    }

    private func greet(_ peer: Peer, _ hello: Hello) {
        if links[peer] == nil {
            guard links.count < limits.peersMax else {
                counters.count(refused: "peersMax")
                _ = transmit(.goodbye, .none, to: peer)
                return
            }
            links[peer] = Link(hello: hello)
        }
        apply(.heard(.hello), to: peer)
    }

    private func refuse(_ why: Unreadable, _ correlation: UInt64, from peer: Peer) {
        counters.count(refused: why.label)
        let postmark = Postmark(correlation: correlation)
        switch why {
        case .version:
            _ = transmit(.ourVersions, postmark, to: peer)
        case .noEnvelope: break
        case .tooLong, .body:
            guard correlation != 0 || links[peer] == nil else { break }
            _ = transmit(.undecodable(why), postmark, to: peer)
        }
    }

    // MARK: - Deciding and acting

    private func apply(_ event: LinkStateMachine.Event, to peer: Peer, deliver: () -> Void = {}) {
        var machine = links[peer]?.machine ?? LinkStateMachine(.answering)
        let actions = machine.apply(event, now: reactor.tickTime)
        links[peer]?.machine = machine
        for action in actions {
            switch action {
            case .sendWelcome:
                guard let hello = links[peer]?.hello else { break }
                _ = transmit(welcome(peer, hello).wire, .none, to: peer)
            case .open:
                schedule()
                if let hello = links[peer]?.hello { opened(peer, hello) }
            case .deliver: deliver()
            case .sendBeat:
                _ = transmit(.beat(routerTime()), .none, to: peer)
            case .sendGoodbye:
                counters.count(refused: "noHello")
                _ = transmit(.goodbye, .none, to: peer)
            case .lose(let reason):
                links[peer] = nil
                counters.count(reason)
                lost(peer, reason)
            case .discard: links[peer] = nil
            case .sendHello: break  // An answering end never greets.
            }
        }
    }

    private func transmit(_ body: WireBody, _ postmark: Postmark, to peer: Peer) -> SendResult {
        let bytes = postmark.envelope(body)
        guard bytes.count <= limits.messageBytesMax else { return .tooLong }
        switch socket.send(peer.routingID, more: true) {
        case 0:
            _ = socket.send(Frame(bytes))  // A socket that took the address takes the rest.
            return .sent
        case EAGAIN: return .full
        default:
            if links[peer] != nil { noteUnreachable(peer) }
            return .unreachable
        }
    }

    /// Remembers a loss that showed while the owner was sending: it is told in the reactor's own turn.
    private func noteUnreachable(_ peer: Peer) {
        unreachable.append(peer)
        timer?.due = reactor.tickTime
    }

    // MARK: - Time

    private func tick(_ now: ContinuousClock.Instant) {
        let gone = unreachable
        unreachable = []
        for peer in gone where links[peer] != nil { apply(.unreachable, to: peer) }
        for peer in links.keys { apply(.tick, to: peer) }
        schedule()
    }

    /// Sets the timer to the first link that needs it, but not sooner than a tenth of a second: beats go out together.
    private func schedule() {
        guard unreachable.isEmpty else { return }
        let soonest = links.values.lazy.compactMap(\.machine.nextDue).min()
        timer?.due = soonest.map { max($0, reactor.tickTime + .milliseconds(100)) }
    }
}

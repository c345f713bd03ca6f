import Glibc
import RelayDomain
import RelayMessages

/// The links of one bound socket, for messages of any type: the implementation of ``LinkServer``.
///
/// It uses only the wire's types, so that all endpoints share one copy of this code.
final class PeerConnections {
    var opened: (Peer, Caller) -> Void = { _, _ in }
    /// Reads a body and passes it on; what it throws is answered.
    var received: (Peer, Caller, WireBody, MessageHeader) throws(WireError) -> Void = { _, _, _, _ in }
    var lost: (Peer, LinkLoss) -> Void = { _, _ in }
    var unread: (Peer, Caller?, Unread) -> Void = { _, _, _ in }
    var connection: (SocketEvent) -> Void = { _ in }

    private let reactor: Reactor
    private let endpoint: BusEndpoint
    private let socket: Socket
    private let connections: ConnectionGuard
    private let limits: BusLimits
    private let counters: BusCounters
    private let welcome: (Peer, Caller) -> RouterWelcome
    private let routerTime: () -> Instant
    /// By routing number; one connection has each number at a time.
    private var links: [UInt32: Link] = [:]
    private var linksMade: UInt32 = 0
    private var nextAdministration: ContinuousClock.Instant?
    /// The peer that said hello on each connection, by the connection's file.
    private var residents: [Int32: Peer] = [:]
    /// Peers whose connection has ended, and how that was noticed. Their last messages may still be unread.
    private var leaving: [(peer: Peer, sign: LinkStateMachine.Event)] = []
    private var timer: ReactorTimer?

    private final class Link {
        var machine = LinkStateMachine(.answering)
        let peer: Peer
        let caller: Caller
        let connection: HelloConnection
        /// Whether its connection has ended: another peer may have its routing ID now, so nothing is sent to it any
        /// more.
        var hasLeft = false

        init(peer: Peer, caller: Caller, connection: HelloConnection) {
            (self.peer, self.caller, self.connection) = (peer, caller, connection)
        }
    }

    /// Binds the endpoint.
    /// - Throws: ``TransportError``.
    init(
        _ endpoint: BusEndpoint, name: String, _ configuration: BusConfiguration, on reactor: Reactor,
        routerTime: @escaping () -> Instant, welcome: @escaping (Peer, Caller) -> RouterWelcome
    ) throws(TransportError) {
        let binding = try BoundSocket(
            .router, endpoint, name: name, configuration, helloTimeout: configuration.limits.helloWait, on: reactor)
        self.reactor = reactor
        self.endpoint = endpoint
        self.welcome = welcome
        self.routerTime = routerTime
        limits = configuration.limits
        boundAddress = binding.bound
        address = binding.address
        socket = binding.socket
        connections = binding.connections
        counters = binding.counters
        timer = reactor.timer { self.tick($0) }
        socket.onMessage = { self.receive($0) }
        connections.report = { self.connection($0) }
        connections.left = { [unowned self] in connectionEnded($0) }
    }

    /// The bound address, with the actual port if it was 0.
    let boundAddress: String
    let address: BusAddress

    var isPaused: Bool {
        get { socket.isPaused }
        set { socket.isPaused = newValue }
    }

    var peers: [Peer: Caller] {
        Dictionary(uniqueKeysWithValues: links.values.map { ($0.peer, $0.caller) })
    }

    /// A peer's link; nil if it has ended, even if another peer has its routing ID now.
    private func link(of peer: Peer) -> Link? {
        links[peer.routingNumber].flatMap { $0.peer == peer ? $0 : nil }
    }

    func send(_ body: WireBody, _ header: MessageHeader, to peer: Peer) -> SendResult {
        reactor.checkIsolated()
        let result = link(of: peer)?.machine.isOpen == true ? transmit(body, header, to: peer) : .unreachable
        if result != .sent { counters.count(unsent: result) }
        return result
    }

    func dismiss(_ peer: Peer) {
        reactor.checkIsolated()
        guard link(of: peer) != nil else { return }
        _ = transmit(.goodbye, .none, to: peer)
        forget(peer)
    }

    /// The connection may stay open; a hello on it begins another link.
    private func forget(_ peer: Peer) {
        guard let link = link(of: peer) else { return }
        links[peer.routingNumber] = nil
        // The file of a closed connection may already be another's.
        if residents[link.connection.file] == peer { connections.estranged(link.connection.file) }
    }

    func close() {
        reactor.checkIsolated()
        for link in links.values { _ = transmit(.goodbye, .none, to: link.peer) }
        links = [:]
        timer?.cancel()
        timer = nil
        connections.close()
        socket.close()
        (opened, received, lost, connection) = ({ _, _ in }, { _, _, _, _ in }, { _, _ in }, { _ in })
        unread = { _, _, _ in }
    }

    // MARK: - Receiving

    private func receive(_ identity: consuming Frame) {
        var identity = identity
        guard var body = socket.receive() else { return counters.count(refused: "noBody") }
        guard let number = Peer.routingNumber(&identity) else {
            return connections.showOut(body.file, because: "routingID")
        }
        // libzmq limits neither the number of a message's parts nor their total size.
        guard !socket.isInsideMessage else { return connections.showOut(body.file, because: "parts") }
        let link = resident(at: number, &body)
        let peer = link?.peer ?? Peer(routingNumber: number, link: 0)
        var bounds = link.map { MessageBounds.router(endpoint, from: $0.caller.role) } ?? .beforeHello
        bounds.takesLongAdministration = nextAdministration.map { $0 <= reactor.tickTime } ?? true
        let received = Received(&body, within: bounds)
        if body.count > bounds.bytesMax, received.wasDecoded { nextAdministration = .now + limits.administrationPause }
        switch received {
        case .hello(let hello): greet(peer, hello, &body)
        case .message(let message, let header):
            apply(.heard(.message), to: peer) { self.deliver(message, header, from: peer) }
        case .beat: apply(.heard(.beat), to: peer)
        case .goodbye: apply(.heard(.goodbye), to: peer)
        case .welcome: counters.count(refused: "welcome")
        case .unsupportedVersion: apply(.heard(.unsupportedVersion), to: peer)
        case .unreadThere(_, let reason):
            counters.count(refused: "unreadThere")
            unread(peer, link?.caller, .there(reason: reason))
        case .unreadable(.tooLong, _) where link == nil, .unreadable(.tooManyFields, _) where link == nil:
            // Not a hello; perhaps from a peer that does not know yet that its link has ended.
            apply(.heard(.message), to: peer)
        case .unreadable(let why, let correlation): refuse(why, correlation, from: peer)
        }
    }

    /// The link to which a frame belongs.
    private func resident(at number: UInt32, _ body: inout Frame) -> Link? {
        guard let link = links[number], !link.connection.carried(&body) else { return links[number] }
        // The peer with this routing ID has left, and another has chosen the ID.
        apply(.disconnected, to: link.peer)
        return nil
    }

    private func deliver(_ message: WireBody, _ header: MessageHeader, from peer: Peer) {
        // The requesting process has given up; it asks again if it still needs the answer.
        if let deadline = header.deadline, deadline <= routerTime() { return counters.count(refused: "overdue") }
        guard let caller = link(of: peer)?.caller else { return }
        do {
            try received(peer, caller, message, header)
        } catch {
            refuse(.body(error), header.correlation, from: peer)
        }
    }

    private func greet(_ peer: Peer, _ hello: Hello, _ frame: inout Frame) {
        guard link(of: peer) == nil else { return apply(.heard(.hello), to: peer) }
        guard links.count < limits.peersMax else {
            counters.count(refused: "peersMax")
            _ = transmit(.goodbye, .none, to: peer)
            return
        }
        linksMade &+= 1
        let peer = Peer(routingNumber: peer.routingNumber, link: linksMade)
        let connection = HelloConnection(&frame)
        links[peer.routingNumber] = Link(peer: peer, caller: hello.caller, connection: connection)
        connections.introduced(connection.file)
        residents[connection.file] = peer
        apply(.heard(.hello), to: peer)
    }

    private func refuse(_ why: Unreadable, _ correlation: UInt64, from peer: Peer) {
        counters.count(refused: why.label)
        let header = MessageHeader(correlation: correlation)
        switch why {
        case .version: _ = transmit(.ourVersions, header, to: peer)
        // Also without a correlation: otherwise the peer would never learn that it was not understood.
        case .noEnvelope, .tooLong, .tooManyFields, .tooSoon, .body: _ = transmit(.undecodable(why), header, to: peer)
        }
        unread(peer, link(of: peer)?.caller, .here(reason: why.reason))
    }

    // MARK: - Deciding and acting

    private func apply(_ event: LinkStateMachine.Event, to peer: Peer, deliver: () -> Void = {}) {
        var machine = link(of: peer)?.machine ?? LinkStateMachine(.answering)
        let actions = machine.apply(event, now: reactor.tickTime)
        link(of: peer)?.machine = machine
        for action in actions {
            switch action {
            case .sendWelcome:
                guard let caller = link(of: peer)?.caller else { break }
                _ = transmit(welcome(peer, caller).wire, .none, to: peer)
            case .open:
                schedule()
                if let caller = link(of: peer)?.caller { opened(peer, caller) }
            case .deliver: deliver()
            case .sendBeat:
                _ = transmit(.beat(routerTime()), .none, to: peer)
            case .sendGoodbye:
                counters.count(refused: "noHello")
                _ = transmit(.goodbye, .none, to: peer)
            case .lose(let reason):
                forget(peer)
                counters.count(reason)
                lost(peer, reason)
            case .discard: forget(peer)
            case .sendHello: break  // An answering end never sends hello.
            }
        }
    }

    private func transmit(_ body: WireBody, _ header: MessageHeader, to peer: Peer) -> SendResult {
        guard link(of: peer)?.hasLeft != true else { return .unreachable }
        let bytes = header.envelope(body)
        guard bytes.count <= limits.messageBytesMax else { return .tooLong }
        switch socket.send(peer.routingID, more: true) {
        case 0:
            _ = socket.send(Frame(bytes))  // A socket that accepted the routing ID accepts the rest.
            return .sent
        case EAGAIN: return .full
        default:
            leaves(peer, .unreachable)
            return .unreachable
        }
    }

    private func connectionEnded(_ file: Int32) {
        if let peer = residents.removeValue(forKey: file) { leaves(peer, .disconnected) }
    }

    /// The next peer with this routing ID must not get messages for this one. The peer's last messages are read first;
    /// then its link ends, in the reactor's own turn, because this may be noticed while the owner is sending.
    private func leaves(_ peer: Peer, _ sign: LinkStateMachine.Event) {
        guard let link = link(of: peer), !link.hasLeft else { return }
        link.hasLeft = true
        leaving.append((peer, sign))
        socket.mayHaveMessages = true
        schedule()
    }

    // MARK: - Time

    private func tick(_ now: ContinuousClock.Instant) {
        endLinksOfLeavers()
        for link in links.values {
            if socket.isPaused { apply(.notListening, to: link.peer) }
            apply(.tick, to: link.peer)
        }
        schedule()
    }

    private func endLinksOfLeavers() {
        guard !socket.mayHaveMessages else { return }
        let gone = leaving
        leaving = []
        for (peer, sign) in gone where link(of: peer) != nil { apply(sign, to: peer) }
    }

    /// Sets the timer to the first link that needs it, but not sooner than a tenth of a second, so that beats are sent
    /// together.
    private func schedule() {
        guard leaving.isEmpty || socket.isPaused else {
            timer?.due = reactor.tickTime  // The next turn reads on.
            return
        }
        let soonest = links.values.lazy.compactMap(\.machine.nextDue).min()
        timer?.due = soonest.map { max($0, reactor.tickTime + .milliseconds(100)) }
    }
}

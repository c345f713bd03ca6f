import Glibc
import RelayDomain
import RelayMessages

/// The links of one bound socket, whatever they carry: what ``LinkServer`` is made of.
///
/// It knows the wire's types only, so that there is one copy of this code for all endpoints.
final class ServerLinks {
    var opened: (Peer, Hello) -> Void = { _, _ in }
    /// Reads a body and passes it on; what it throws is answered.
    var received: (Peer, WireBody, Postmark) throws(WireError) -> Void = { _, _, _ in }
    var lost: (Peer, LinkLoss) -> Void = { _, _ in }
    var unread: (Peer, Hello?, Unread) -> Void = { _, _, _ in }
    var connection: (SocketEvent) -> Void = { _ in }

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

    init(
        _ binding: BoundSocket, _ endpoint: BusEndpoint, limits: BusLimits, on reactor: Reactor,
        routerTime: @escaping () -> Instant, welcome: @escaping (Peer, Hello) -> Welcome
    ) {
        self.reactor = reactor
        self.limits = limits
        self.welcome = welcome
        self.routerTime = routerTime
        socket = binding.socket
        counters = BusCounters(endpoint)
        timer = reactor.timer { self.tick($0) }
        socket.onMessage = { self.receive($0) }
        binding.report { [counters] event in
            counters.count(event)
            self.connection(event)
        }
    }

    var peers: [Peer: Hello] { links.mapValues(\.hello) }

    func send(_ body: WireBody, _ postmark: Postmark, to peer: Peer) -> SendResult {
        reactor.checkIsolated()
        let result = links[peer]?.machine.isOpen == true ? transmit(body, postmark, to: peer) : .unreachable
        if result != .sent { counters.count(unsent: result) }
        return result
    }

    func dismiss(_ peer: Peer) {
        reactor.checkIsolated()
        guard links.removeValue(forKey: peer) != nil else { return }
        _ = transmit(.goodbye, .none, to: peer)
    }

    func close() {
        reactor.checkIsolated()
        for peer in links.keys { _ = transmit(.goodbye, .none, to: peer) }
        links = [:]
        timer?.cancel()
        timer = nil
        socket.close()
        (opened, received, lost, connection) = ({ _, _ in }, { _, _, _ in }, { _, _ in }, { _ in })
        unread = { _, _, _ in }
    }

    // MARK: - Receiving

    private func receive(_ identity: consuming Frame) {
        var identity = identity
        guard var body = socket.receive() else { return counters.count(refused: "noBody") }
        guard let peer = Peer(&identity) else { return counters.count(refused: "routingID") }
        switch Received(&body, bytesMax: limits.messageBytesMax) {
        case .hello(let hello): greet(peer, hello)
        case .message(let message, let postmark):
            apply(.heard(.message), to: peer) { self.deliver(message, postmark, from: peer) }
        case .beat: apply(.heard(.beat), to: peer)
        case .goodbye: apply(.heard(.goodbye), to: peer)
        case .welcome: counters.count(refused: "welcome")
        case .unsupportedVersion: apply(.heard(.unsupportedVersion), to: peer)
        case .unreadThere(_, let reason):
            counters.count(refused: "unreadThere")
            unread(peer, links[peer]?.hello, .there(reason: reason))
        case .unreadable(let why, let correlation): refuse(why, correlation, from: peer)
        }
    }

    private func deliver(_ message: WireBody, _ postmark: Postmark, from peer: Peer) {
        // Whoever asked has given up, and asks again if he still wants it.
        if let deadline = postmark.deadline, deadline < routerTime() { return counters.count(refused: "overdue") }
        do {
            try received(peer, message, postmark)
        } catch {
            refuse(.body(error), postmark.correlation, from: peer)
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
        case .version: _ = transmit(.ourVersions, postmark, to: peer)
        // An answer to nothing in particular, too: a peer that is misread in silence never learns of it.
        case .noEnvelope, .tooLong, .body: _ = transmit(.undecodable(why), postmark, to: peer)
        }
        unread(peer, links[peer]?.hello, .here(reason: why.reason))
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

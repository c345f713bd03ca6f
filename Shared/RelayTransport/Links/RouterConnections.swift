import Glibc
import RelayDomain
import RelayMessages

/// The links of one endpoint to all routers, for messages of any type: the implementation of ``LinkClient``.
///
/// It uses only the wire's types, so that all endpoints share one copy of this code.
final class RouterConnections {
    var opened: (Link, RouterWelcome) -> Void = { _, _ in }
    /// Reads a body and passes it on; an error that it throws is answered.
    var received: (Link, WireBody, MessageHeader) throws(WireError) -> Void = { _, _, _ in }
    var lost: (Link, LinkLoss) -> Void = { _, _ in }
    var unread: (Link, Unread) -> Void = { _, _ in }
    var outdated: (Link, RouterWelcome, UInt64) -> Void = { _, _, _ in }
    var connection: (Link, SocketEvent) -> Void = { _, _ in }

    /// How long an address is not tried after its router was refused because of its version or an older term.
    static let refusedPause = Duration.seconds(5)

    private let reactor: Reactor
    private let endpoint: BusEndpoint
    private let configuration: BusConfiguration
    private let hello: Hello
    private let counters: BusCounters
    private var addresses: RouterAddresses?
    private(set) var lines: [Link: RouterConnection] = [:]
    private(set) var claims = JournalClaims<Link>()
    private var resting: [String: ContinuousClock.Instant] = [:]
    private(set) var requests: PendingRequests<Link, Result<WireBody, RequestFailure>>
    private var linksMade: UInt64 = 0
    private var nextCorrelation: UInt64 = 1
    private var linkTimer: ReactorTimer?
    private var requestTimer: ReactorTimer?

    /// Begins to look for routers and to connect to them.
    /// - Throws: ``TransportError`` if an address or the keys cannot be used at all.
    init(
        _ endpoint: BusEndpoint, _ configuration: BusConfiguration, hello: Hello, on reactor: Reactor
    ) throws(TransportError) {
        try configuration.checkForConnecting(on: reactor)
        self.reactor = reactor
        self.endpoint = endpoint
        self.configuration = configuration
        self.hello = hello
        counters = BusCounters(endpoint)
        requests = PendingRequests(countMax: configuration.limits.requestsMax)
        linkTimer = reactor.timer { self.tick($0) }
        requestTimer = reactor.timer { self.endRequestsOutOfTime($0) }
        addresses = RouterAddresses(endpoint, at: configuration.addresses, on: reactor) { [weak self] found in
            self?.connect(to: found)
        }
    }

    func line(toJournal journal: UInt8) -> RouterConnection? { claims.link(to: journal).flatMap { lines[$0] } }

    // MARK: - Sending

    func send(_ body: WireBody, _ header: MessageHeader, on line: RouterConnection?) -> SendResult {
        reactor.checkIsolated()
        let result = line?.machine.isOpen == true ? transmit(body, header, on: line) : .unreachable
        if result != .sent { counters.count(unsent: result) }
        return result
    }

    func request(
        _ body: WireBody, on line: RouterConnection?, traceparent: String, within limit: Duration,
        complete: @escaping (Result<WireBody, RequestFailure>) -> Void
    ) -> SendResult {
        reactor.checkIsolated()
        guard let line, !requests.isFull else {
            let result: SendResult = requests.isFull ? .full : .unreachable
            counters.count(unsent: result)
            return result
        }
        let now = ContinuousClock.now
        let correlation = nextCorrelation
        let deadline = line.clock.time(at: now).map { $0 + limit }
        let header = MessageHeader(correlation: correlation, traceparent: traceparent, deadline: deadline)
        let result = send(body, header, on: line)
        guard result == .sent else { return result }
        nextCorrelation &+= 2
        requests.insert(.init(link: line.link, deadline: now + limit, complete: complete), correlation: correlation)
        requestTimer?.due = requests.nextDeadline
        return .sent
    }

    func close() {
        reactor.checkIsolated()
        addresses?.stop()
        linkTimer?.cancel()
        requestTimer?.cancel()
        (addresses, linkTimer, requestTimer) = (nil, nil, nil)
        for (link, line) in lines {
            // Even before the welcome: our hello may have opened the link there.
            _ = transmit(.goodbye, .none, on: line)
            line.socket.close()
            lines[link] = nil
            claims.release(link)
            for entry in requests.takeAll(of: link) { entry.complete(.failure(.linkLost(.closed))) }
        }
        (opened, received, lost, connection) = ({ _, _ in }, { _, _, _ in }, { _, _ in }, { _, _ in })
        (unread, outdated) = ({ _, _ in }, { _, _, _ in })
    }

    // MARK: - Connecting

    private func connect(to found: [String]) {
        let now = reactor.tickTime
        resting = resting.filter { $0.value > now }
        for (link, line) in lines where !found.contains(link.address) && !line.machine.isOpen { discard(link) }
        let present = Set(lines.keys.map(\.address))
        for address in found where !present.contains(address) && resting[address] == nil {
            guard lines.count < configuration.limits.peersMax else { return counters.count(refused: "peersMax") }
            open(address)
        }
    }

    private func open(_ address: String) {
        linksMade += 1
        let link = Link(number: linksMade, address: address)
        do {
            let line = RouterConnection(link, try reactor.makeSocket(.dealer))
            lines[link] = line
            line.socket.onMessage = { [unowned line] in self.receive($0, on: line) }
            try line.socket.configure(configuration, for: address)
            line.socket.onEvent = { [unowned line] event, _ in self.report(event, of: line) }
            try line.socket.watch(on: reactor)
            try line.socket.connect(address)
        } catch {
            lines.removeValue(forKey: link)?.socket.close()
            counters.count(refused: "cannotConnect")
        }
    }

    private func report(_ event: SocketEvent, of line: RouterConnection) {
        counters.count(event)
        switch event {
        case .ready: apply(.ready, to: line)
        case .disconnected:
            // The report of the end may overtake the last messages, which still count: a reply, or a goodbye.
            line.socket.readAll()
            apply(.disconnected, to: line)
        case .accepted, .handshakeFailed, .keyRefused, .retried, .acceptFailed, .bindFailed: break
        }
        connection(line.link, event)
    }

    // MARK: - Receiving

    private func receive(_ frame: consuming Frame, on line: RouterConnection) {
        var frame = frame
        switch Received(&frame, within: .fromRouter(configuration.limits)) {
        case .message(let message, let header):
            apply(.heard(.message), to: line) { self.deliver(message, header, from: line) }
        case .welcome(let welcome): judge(welcome, of: line)
        case .beat(let time):
            if let time { line.clock.heard(time, at: reactor.tickTime) }
            apply(.heard(.beat), to: line)
        case .goodbye: apply(.heard(.goodbye), to: line)
        case .unsupportedVersion: apply(.heard(.unsupportedVersion), to: line)
        case .unreadThere(let correlation, let reason):
            counters.count(refused: "unreadThere")
            if let request = requests.remove(correlation, from: line.link) {
                request.complete(.failure(.unread(reason: reason)))
            } else {
                unread(line.link, .there(reason: reason))
            }
        case .hello: counters.count(refused: "hello")
        case .unreadable(let why, let correlation): refuse(why, correlation, from: line)
        }
    }

    private func deliver(_ message: WireBody, _ header: MessageHeader, from line: RouterConnection) {
        if header.correlation != 0, let request = requests.remove(header.correlation, from: line.link) {
            return request.complete(.success(message))
        }
        do {
            try received(line.link, message, header)
        } catch {
            refuse(.body(error), header.correlation, from: line)
        }
    }

    /// Reads a reply. An unreadable one counts as no reply: the router has acted, and its result is not known.
    func read<Reply: EnvelopeBody>(_ reply: WireBody) -> Result<Reply, RequestFailure> {
        do {
            return .success(try Reply(wire: reply))
        } catch {
            counters.count(refused: Unreadable.body(error).label)
            return .failure(.noReply)
        }
    }

    private func refuse(_ why: Unreadable, _ correlation: UInt64, from line: RouterConnection) {
        counters.count(refused: why.label)
        guard line.machine.isOpen else { return }
        if why != .version { _ = transmit(.undecodable(why), MessageHeader(correlation: correlation), on: line) }
        unread(line.link, .here(reason: why.reason))
    }

    /// Two routers may claim one journal for a moment: the higher term is the newer writer.
    private func judge(_ welcome: RouterWelcome, of line: RouterConnection) {
        line.clock.heard(welcome.time, at: reactor.tickTime)
        guard !line.machine.isOpen else { return apply(.heard(.welcome), to: line) }
        switch claims.claim(journal: welcome.journal, term: welcome.term, by: line.link) {
        case .refused: apply(.superseded, to: line)
        case .outdated(let term):
            counters.count(refused: "outdated")
            apply(.superseded, to: line)
            outdated(line.link, welcome, term)
        case .granted(let displaced):
            if let displaced = displaced.flatMap({ lines[$0] }) { apply(.superseded, to: displaced) }
            line.welcome = welcome
            apply(.heard(.welcome), to: line)
        }
    }

    // MARK: - Deciding and acting

    private func apply(_ event: LinkStateMachine.Event, to line: RouterConnection, deliver: () -> Void = {}) {
        for action in line.machine.apply(event, now: reactor.tickTime) {
            switch action {
            case .sendHello:
                _ = transmit(hello.wire, .none, on: line)
                schedule()
            case .sendBeat: _ = transmit(.beat(nil), .none, on: line)
            case .sendGoodbye: _ = transmit(.goodbye, .none, on: line)
            case .open:
                schedule()
                if let welcome = line.welcome { opened(line.link, welcome) }
            case .deliver: deliver()
            case .lose(let reason): lose(line.link, reason)
            case .discard: discard(line.link)
            case .sendWelcome: break  // A calling end never welcomes.
            }
        }
    }

    private func lose(_ link: Link, _ reason: LinkLoss) {
        counters.count(reason)
        claims.release(link)
        for entry in requests.takeAll(of: link) { entry.complete(.failure(.linkLost(reason))) }
        lost(link, reason)
    }

    private func discard(_ link: Link) {
        guard let line = lines.removeValue(forKey: link) else { return }
        claims.release(link)
        // Queued messages were for this link; they must not arrive late.
        line.socket.close(lingering: false)
        switch line.machine.state {
        case .ended(.superseded), .ended(.unsupportedVersion):
            resting[link.address] = reactor.tickTime + Self.refusedPause
        case .ended, .connecting, .greeting, .open: break
        }
        addresses?.lookSoon()
    }

    private func transmit(_ body: WireBody, _ header: MessageHeader, on line: RouterConnection?) -> SendResult {
        guard let line else { return .unreachable }
        let bytes = header.envelope(body)
        guard bytes.count <= configuration.limits.messageBytesMax else { return .tooLong }
        switch line.socket.send(Frame(bytes)) {
        case 0: return .sent
        case EAGAIN: return .full
        default: return .unreachable
        }
    }

    // MARK: - Time

    private func tick(_ now: ContinuousClock.Instant) {
        for line in lines.values { apply(.tick, to: line) }
        schedule()
    }

    /// Sets the timer to the first link that needs it, but not sooner than a tenth of a second, so that beats are sent
    /// together.
    private func schedule() {
        let soonest = lines.values.lazy.compactMap(\.machine.nextDue).min()
        linkTimer?.due = soonest.map { max($0, reactor.tickTime + .milliseconds(100)) }
    }

    private func endRequestsOutOfTime(_ now: ContinuousClock.Instant) {
        for entry in requests.takeExpired(at: now) { entry.complete(.failure(.noReply)) }
        requestTimer?.due = requests.nextDeadline
    }
}

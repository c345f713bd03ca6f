import Glibc
import RelayDomain
import RelayMessages

/// The outward end of one endpoint: links to every router there is, used by the ingress, gateways, adapters and the
/// command line.
///
/// **How a message passes.** For each router address there is a DEALER socket of its own (``RouterAddresses`` keeps
/// looking for more). It says hello until the router's welcome names its journal and term; if two routers name the same
/// journal, the higher term has it. From then on ``send(_:_:toJournal:)`` encodes a message and hands it to that link's
/// socket in the same turn, and what comes in is decoded and given to ``received``, or to the request it replies to.
/// A link that is lost takes its socket with it: nothing that was queued for it reaches the next one.
///
/// Lives on its reactor: make it, call it and close it from an actor that lives there. It calls its owner only from the
/// reactor's own turn, never from inside a call of the owner's, except ``close()``, which ends what is pending.
public final class LinkClient<Outbound: EnvelopeBody, Inbound: EnvelopeBody> {
    /// A router has welcomed us, and its journal is reached through this link from now on.
    public var opened: (Link, Welcome) -> Void = { _, _ in }
    /// A router sent a message that replies to no request.
    public var received: (Link, Inbound, Postmark) -> Void = { _, _, _ in }
    /// A link that was opened is no more.
    public var lost: (Link, LinkLoss) -> Void = { _, _ in }
    /// libzmq reports something of a connection.
    public var connection: (Link, SocketEvent) -> Void = { _, _ in }

    /// How long an address is left alone after its router was refused: it speaks another version, or an older term.
    static var refusedPause: Duration { .seconds(5) }

    private let reactor: Reactor
    private let endpoint: BusEndpoint
    private let configuration: BusConfiguration
    private let hello: Hello
    private let counters: BusCounters
    private var addresses: RouterAddresses?
    private var lines: [Link: Line<Link>] = [:]
    private var claims = JournalClaims<Link>()
    private var resting: [String: ContinuousClock.Instant] = [:]
    private var requests: PendingRequests<Link, Result<Inbound, RequestFailure>>
    private var linksMade: UInt64 = 0
    private var nextCorrelation: UInt64 = 1
    private var linkTimer: ReactorTimer?
    private var requestTimer: ReactorTimer?

    /// Begins to look for routers and to connect to them.
    /// - Throws: ``TransportError`` if an address or the keys cannot be used at all.
    public init(
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

    /// The journals that can be reached now, in order.
    public var journals: [UInt8] { claims.journals }

    /// The link to a journal, and what its router said in its welcome.
    public func link(toJournal journal: UInt8) -> (link: Link, welcome: Welcome)? {
        guard let link = claims.link(to: journal), let welcome = lines[link]?.welcome else { return nil }
        return (link, welcome)
    }

    /// How many requests wait for their reply.
    public var pendingRequests: Int { requests.count }

    /// The time of a journal's router now, as far as this machine can tell; nil if there is no link to it.
    public func routerNow(journal: UInt8) -> Instant? {
        claims.link(to: journal).flatMap { lines[$0]?.clock.time(at: .now) }
    }

    // MARK: - Sending

    /// Hands a message for a journal's router to its link.
    /// - Returns: only after ``SendResult/sent`` may it arrive; after anything else it has not left.
    public func send(_ message: Outbound, _ postmark: Postmark = .none, toJournal journal: UInt8) -> SendResult {
        guard let link = claims.link(to: journal) else {
            counters.count(unsent: .unreachable)
            return .unreachable
        }
        return send(message, postmark, on: link)
    }

    /// Hands a message to one link, such as one that has just opened or asked something.
    public func send(_ message: Outbound, _ postmark: Postmark = .none, on link: Link) -> SendResult {
        reactor.checkIsolated()
        let line = lines[link]
        let result = line?.machine.isOpen == true ? transmit(message.wire, postmark, on: line) : .unreachable
        if result != .sent { counters.count(unsent: result) }
        return result
    }

    /// Asks a journal's router.
    /// - Parameters:
    ///   - limit: how long to wait; the router is told the point of its own time at which it ends.
    ///   - complete: called exactly once, in a later turn of the reactor, if and only if the result is
    ///     ``SendResult/sent``.
    public func request(
        _ message: Outbound, toJournal journal: UInt8, traceparent: String = "", within limit: Duration,
        complete: @escaping (Result<Inbound, RequestFailure>) -> Void
    ) -> SendResult {
        reactor.checkIsolated()
        guard let link = claims.link(to: journal), !requests.isFull else {
            let result: SendResult = requests.isFull ? .full : .unreachable
            counters.count(unsent: result)
            return result
        }
        let now = ContinuousClock.now
        let correlation = nextCorrelation
        let deadline = lines[link]?.clock.time(at: now).map { $0 + limit }
        let result = send(
            message, Postmark(correlation: correlation, traceparent: traceparent, deadline: deadline), on: link)
        guard result == .sent else { return result }
        nextCorrelation &+= 2
        requests.insert(.init(link: link, deadline: now + limit, complete: complete), correlation: correlation)
        requestTimer?.due = requests.nextDeadline
        return .sent
    }

    /// Says goodbye to all routers and closes the sockets; pending requests end with ``LinkLoss/closed``.
    public func close() {
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
            let line = Line(link, try reactor.makeSocket(.dealer))
            lines[link] = line
            line.socket.onMessage = { [unowned line] in self.receive($0, on: line) }
            try line.socket.configure(configuration, for: address)
            try line.socket.watch(on: reactor) { [unowned line] in self.report($0, of: line) }
            try line.socket.connect(address)
        } catch {
            lines.removeValue(forKey: link)?.socket.close()
            counters.count(refused: "cannotConnect")
        }
    }

    private func report(_ event: SocketEvent, of line: Line<Link>) {
        counters.count(event)
        switch event {
        case .ready: apply(.ready, to: line)
        case .disconnected:
            // The news of the end may overtake the last words, which count: a reply, or a goodbye.
            line.socket.readAll()
            apply(.disconnected, to: line)
        case .handshakeFailed, .keyRefused, .retried, .acceptFailed, .bindFailed: break
        }
        connection(line.link, event)
    }

    // MARK: - Receiving

    private func receive(_ frame: consuming Frame, on line: Line<Link>) {
        var frame = frame
        switch Received<Inbound>(&frame, bytesMax: configuration.limits.messageBytesMax) {
        case .message(let message, let postmark):
            apply(.heard(.message), to: line) { self.deliver(message, postmark, from: line.link) }
        case .welcome(let welcome): judge(welcome, of: line)
        case .beat(let time):
            if let time { line.clock.heard(time, at: reactor.tickTime) }
            apply(.heard(.beat), to: line)
        case .goodbye: apply(.heard(.goodbye), to: line)
        case .unsupportedVersion: apply(.heard(.unsupportedVersion), to: line)
        case .unreadThere(let correlation, let reason):
            counters.count(refused: "unreadThere")
            requests.take(correlation, from: line.link)?.complete(.failure(.unread(reason: reason)))
        case .hello: counters.count(refused: "hello")
        case .unreadable(let why, let correlation):
            counters.count(refused: why.label)
            guard line.machine.isOpen, correlation != 0, why != .version else { break }
            _ = transmit(.undecodable(why), Postmark(correlation: correlation), on: line)
        }
    }

    private func deliver(_ message: Inbound, _ postmark: Postmark, from link: Link) {
        if postmark.correlation != 0, let request = requests.take(postmark.correlation, from: link) {
            request.complete(.success(message))
        } else {
            received(link, message, postmark)
        }
    }

    /// Two routers may claim one journal for a moment: the higher term is the newer writer.
    private func judge(_ welcome: Welcome, of line: Line<Link>) {
        line.clock.heard(welcome.time, at: reactor.tickTime)
        guard !line.machine.isOpen else { return apply(.heard(.welcome), to: line) }
        switch claims.claim(journal: welcome.journal, term: welcome.term, by: line.link) {
        case .refused: apply(.superseded, to: line)
        case .granted(let displaced):
            if let displaced = displaced.flatMap({ lines[$0] }) { apply(.superseded, to: displaced) }
            line.welcome = welcome
            apply(.heard(.welcome), to: line)
        }
    }

    // MARK: - Deciding and acting

    private func apply(_ event: LinkStateMachine.Event, to line: Line<Link>, deliver: () -> Void = {}) {
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
        // What was queued was meant for this link; it must not arrive late.
        line.socket.close(lingering: false)
        switch line.machine.state {
        case .ended(.superseded), .ended(.unsupportedVersion):
            resting[link.address] = reactor.tickTime + Self.refusedPause
        case .ended, .connecting, .greeting, .open: break
        }
        addresses?.lookSoon()
    }

    private func transmit(_ body: WireBody, _ postmark: Postmark, on line: Line<Link>?) -> SendResult {
        guard let line else { return .unreachable }
        let bytes = postmark.envelope(body)
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

    /// Sets the timer to the first link that needs it, but not sooner than a tenth of a second: beats go out together.
    private func schedule() {
        let soonest = lines.values.lazy.compactMap(\.machine.nextDue).min()
        linkTimer?.due = soonest.map { max($0, reactor.tickTime + .milliseconds(100)) }
    }

    private func endRequestsOutOfTime(_ now: ContinuousClock.Instant) {
        for entry in requests.takeExpired(at: now) { entry.complete(.failure(.noReply)) }
        requestTimer?.due = requests.nextDeadline
    }
}

import BusSettings
import Logging
import RelayDomain
import RelayMessages
import RelayTransport
import ServiceRuntime

/// The gateway's end of the bus: links to every journal's router, on the thread that owns their sockets.
///
/// It decides nothing. Messages come from the event loop in batches; messages from the routers are collected during one
/// tick and go back as one batch. Every request gets exactly one answer, even if its link is lost.
actor GatewayBus {
    /// How many messages may wait in each direction.
    static let mailboxMax = 16_384

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let clock: SteadyClock
    private let toLoop: Mailbox<GatewayInput>
    private let metrics = GatewayMetrics()
    private let logger: Logger
    private var client: LinkClient<GatewayMessage, GatewayOrder>?
    private var links: [Link: RouterLink] = [:]
    private var current: [RouterLink: Link] = [:]
    private var linksMade: UInt64 = 0
    private var outbox: [GatewayInput] = []
    private var aheadTold: [RouterLink: Duration] = [:]
    private var logThrottle = LogThrottle<Link>()

    init(on reactor: Reactor, clock: SteadyClock, toLoop: Mailbox<GatewayInput>, logger: Logger) {
        self.reactor = reactor
        self.clock = clock
        self.toLoop = toLoop
        self.logger = logger
    }

    /// Begins to look for routers and to accept messages.
    /// - Throws: `TransportError` if an address or the keys cannot be used at all.
    func open(_ configuration: BusConfiguration, as hello: Hello, messages: Mailbox<BusMessage>) throws {
        let client = try LinkClient<GatewayMessage, GatewayOrder>(.devices, configuration, hello: hello, on: reactor)
        client.opened = { link, welcome in self.linkOpened(link, welcome) }
        client.lost = { link, loss in self.linkLost(link, loss) }
        client.outdated = { _, welcome, known in self.logger.routerOutdated(welcome, known: known) }
        client.received = { link, order, _ in self.ordered(order, on: link) }
        client.unread = { link, unread in self.complain(unread, on: link) }
        self.client = client
        messages.open { batch in self.assumeIsolated { $0.carryOut(batch) } }
        reactor.atEndOfTick { self.deliver() }
    }

    /// Says goodbye to the routers and closes the links.
    func close() {
        client?.close()
        client = nil
    }

    private func complain(_ unread: Unread, on link: Link) {
        guard let leftOut = logThrottle.admit(about: link, now: .now) else { return }
        logger.misread(unread, peer: link.address, leftOut: leftOut)
    }

    // MARK: - From the loop

    private func carryOut(_ messages: [BusMessage]) {
        for message in messages {
            switch message {
            case .request(let request, let message, let link, let limit):
                sendRequest(request, message, on: link, within: limit)
            case .send(let message, let link):
                guard let there = current[link] else { continue }
                if client?.send(message, on: there) != .sent { metrics.countLost() }
            }
        }
    }

    private func sendRequest(
        _ request: RequestID, _ message: GatewayMessage, on link: RouterLink, within limit: Duration
    ) {
        guard let client, let there = current[link], client.link(toJournal: link.journal)?.link == there else {
            return outbox.append(.answered(request, .linkLost))
        }
        let result = client.request(message, toJournal: link.journal, within: limit) { result in
            self.outbox.append(.answered(request, RequestEnd(result)))
        }
        if result != .sent { outbox.append(.answered(request, RequestEnd(.failure(.notSent(result))))) }
    }

    // MARK: - From the routers

    private func linkOpened(_ link: Link, _ welcome: RouterWelcome) {
        linksMade += 1
        let own = RouterLink(number: linksMade, journal: welcome.journal)
        links[link] = own
        current[own] = link
        let ahead = (client?.routerNow(journal: welcome.journal) ?? welcome.time) - clock.now
        aheadTold[own] = ahead
        outbox.append(.linkOpened(own, journals: welcome.journals, ahead: ahead))
        logger.routerFound(welcome)
    }

    private func linkLost(_ link: Link, _ loss: LinkLoss) {
        logThrottle.forget(link)
        guard let own = links.removeValue(forKey: link) else { return }
        current[own] = nil
        aheadTold[own] = nil
        outbox.append(.linkLost(own))
        logger.routerLost(journal: own.journal, loss)
    }

    private func ordered(_ order: GatewayOrder, on link: Link) {
        guard let own = links[link] else { return }
        outbox.append(.ordered(order, on: own))
    }

    /// The end of a tick: the routers' messages go to the loop.
    private func deliver() {
        tellTime()
        guard !outbox.isEmpty else { return }
        let taken = toLoop.offer(contentsOf: outbox)
        outbox.removeFirst(taken)
        guard !outbox.isEmpty else { return }
        // The loop is behind. Orders are dropped, because they are repeated; answers (no more than the requests) and
        // link changes wait here.
        let before = outbox.count
        outbox.removeAll(where: \.canBeHadAgain)
        for _ in outbox.count..<before { metrics.countLost() }
        reactor.wake(at: .now + .milliseconds(10))
    }

    /// Reports how far the routers' time is ahead, whenever that has changed.
    private func tellTime() {
        for (own, told) in aheadTold {
            guard let time = client?.routerNow(journal: own.journal) else { continue }
            let ahead = time - clock.now
            guard abs((ahead - told).milliseconds) >= 2 else { continue }
            aheadTold[own] = ahead
            outbox.removeAll { if case .routerTime(own, _) = $0 { true } else { false } }
            outbox.append(.routerTime(own, ahead: ahead))
        }
    }
}

extension RequestEnd {
    fileprivate init(_ result: Result<GatewayOrder, RequestFailure>) {
        switch result {
        case .success(let order): self = .replied(order)
        case .failure(.unread): self = .unreadable
        case .failure(.noReply): self = .noReply
        case .failure(.linkLost): self = .linkLost
        case .failure(.notSent(.full)): self = .full
        case .failure(.notSent(.tooLong)): self = .unreadable
        case .failure(.notSent): self = .linkLost
        }
    }
}

extension GatewayInput {
    /// Whether it may be lost: routers repeat commands, and devices ask for outcomes.
    fileprivate var canBeHadAgain: Bool {
        switch self {
        case .ordered(.tables, _), .routerTime: false
        case .ordered: true
        case .opened, .received, .heard, .closed, .linkOpened, .linkLost, .answered, .timePassed, .stopping: false
        }
    }
}

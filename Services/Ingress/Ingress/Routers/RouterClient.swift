import BusSettings
import Logging
import NIOCore
import RelayDomain
import RelayMessages
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

/// The ingress's end of the bus: carries queries to the routers and answers back, as ``IngressCore`` decides.
///
/// Lives on its reactor. Queries come from the event loop by one bounded mailbox, answers go back by another; inputs
/// that arrived together are decided together, at the end of the reactor's turn.
actor RouterClient: Service {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// The routers' time, for all threads of the process.
    nonisolated let time = SharedTimeEstimate()
    /// The event loop of the phones' connections, which also receives answers and hints.
    nonisolated let loop: any EventLoop
    private nonisolated let pending: NIOLoopBoundBox<PendingQueries>
    private nonisolated let queries: Mailbox<QueuedQuery>
    private nonisolated let answers: Mailbox<QueryAnswer>
    private nonisolated let news: Mailbox<WatchID>
    private let configuration: BusConfiguration
    private let name: String
    private let readiness: Health.Part
    private let logger = Logger(label: "routers")

    private var core = IngressCore()
    private var inbox: [IngressCore.Input] = []
    private var watches = Watches()
    private var client: LinkClient<RouterRequest, RouterReply>?
    private var hints: Subscription<TransactionStatus>?
    /// The journal of each open link.
    private var links: [Link: UInt8] = [:]

    /// - Parameters:
    ///   - queriesMax: how many queries may be on their way or wait; ``Admission`` keeps their number below it.
    ///   - loop: the event loop of the phones' connections.
    init(
        _ configuration: BusConfiguration, name: String, queriesMax: Int, readiness: Health.Part, loop: any EventLoop
    ) {
        self.configuration = configuration
        self.name = name
        self.readiness = readiness
        reactor = Reactor(name: "routers", comesRound: readiness.loop("routers"))
        queries = Mailbox(capacity: queriesMax, schedule: reactor.execute)
        answers = Mailbox(capacity: queriesMax, schedule: { loop.execute($0) })
        news = Mailbox(capacity: queriesMax, schedule: { loop.execute($0) })
        self.loop = loop
        pending = .makeBoxSendingValue(PendingQueries(), eventLoop: loop)
    }

    // MARK: - For the event loop

    /// Asks the relay. `answer` is called exactly once, at the latest ``IngressCore/margin`` after `wait`.
    nonisolated func request(_ query: PhoneQuery, wait: Duration, _ answer: @escaping (PhoneAnswer) -> Void) {
        let id = pending.value.open(answer)
        if !queries.offer(QueuedQuery(id: id, query: query, wait: wait)) {
            pending.value.close(QueryAnswer(id: id, answer: .problem(Problem(.overloaded))))
        }
    }

    /// Reports when a transaction may have changed: at each hint, and every ``Watches/period`` without one.
    nonisolated func watch(_ transaction: TransactionID, _ news: @escaping () -> Void) -> WatchID {
        let id = pending.value.watch(news)
        reactor.execute { self.assumeIsolated { $0.begin(id, transaction) } }
        return id
    }

    nonisolated func unwatch(_ id: WatchID, _ transaction: TransactionID) {
        pending.value.unwatch(id)
        reactor.execute { self.assumeIsolated { $0.end(id, transaction) } }
    }

    /// The process is told to end: waiting phones are answered soon.
    nonisolated func drain() {
        reactor.execute { self.assumeIsolated { $0.beginDraining() } }
    }

    // MARK: - Life

    func run() async throws {
        try open()
        try? await gracefulShutdown()
        close()
        await reactor.stop()
    }

    private func open() throws {
        let client = try LinkClient<RouterRequest, RouterReply>(
            .requests, configuration, hello: Hello(role: .ingress, name: name), on: reactor)
        client.opened = { link, welcome in self.linkOpened(link, welcome) }
        client.lost = { link, reason in self.linkLost(link, reason) }
        client.outdated = { _, welcome, known in self.logger.routerOutdated(welcome, known: known) }
        self.client = client
        let hints = try Subscription<TransactionStatus>(configuration, on: reactor)
        hints.received = { topic, _, _ in self.tell(self.watches.watchers(of: topic)) }
        self.hints = hints
        reactor.atEndOfTick { self.endTick() }
        queries.open { queries in self.assumeIsolated { $0.phonesRequested(queries) } }
        let pending = pending
        answers.open { batch in
            let pending = pending.value
            for answered in batch { pending.close(answered) }
        }
        news.open { batch in
            let pending = pending.value
            for watch in batch { pending.tell(watch) }
        }
    }

    /// No requests are left: the HTTP server ends first.
    private func close() {
        queries.close()
        client?.close()
        hints?.close()
        (client, hints, inbox) = (nil, nil, [])
    }

    private func beginDraining() { inbox.append(.draining) }

    // MARK: - Links

    private func linkOpened(_ link: Link, _ welcome: RouterWelcome) {
        links[link] = welcome.journal
        inbox.append(.opened(journal: welcome.journal, journals: Int(welcome.journals)))
        logger.routerFound(welcome)
    }

    private func linkLost(_ link: Link, _ reason: LinkLoss) {
        guard let journal = links.removeValue(forKey: link) else { return }
        if !links.values.contains(journal) { inbox.append(.lost(journal: journal)) }
        logger.routerLost(journal: journal, reason)
    }

    private func tellReadiness() {
        switch core.missing {
        case []: readiness.ready()
        case nil: readiness.notReady("no router has answered yet")
        case let missing?:
            readiness.notReady("no router for journal \(missing.map(String.init).joined(separator: ", "))")
        }
    }

    // MARK: - Turns

    private func phonesRequested(_ queries: [QueuedQuery]) {
        for query in queries { inbox.append(.phoneRequested(query.id, query.query, wait: query.wait)) }
    }

    private func endTick() {
        let now = ContinuousClock.now
        tell(watches.due(now: now))
        if let journal = links.values.first, let time = client?.routerNow(journal: journal) { self.time.set(time) }
        decide(now)
        if let due = [core.nextDue, watches.nextDue].compactMap(\.self).min() { reactor.wake(at: due) }
    }

    private func decide(_ now: ContinuousClock.Instant) {
        var answered: [QueryAnswer] = []
        while !inbox.isEmpty || core.nextDue.map({ $0 <= now }) ?? false {
            let inputs = inbox
            inbox.removeAll(keepingCapacity: true)
            for output in core.step(inputs, now: now) {
                switch output {
                case .request(let id, let attempt, let journal, let query, let wait, let limit):
                    send(query, id, attempt, journal: journal, wait: wait, limit: limit)
                case .answer(let id, let answer): answered.append(QueryAnswer(id: id, answer: answer))
                }
            }
            tellReadiness()
        }
        // It has room for as many queries as may be open.
        if !answered.isEmpty { _ = answers.offer(contentsOf: answered) }
    }

    private func send(
        _ query: PhoneQuery, _ id: IngressCore.QueryID, _ attempt: Int, journal: UInt8, wait: Duration,
        limit: Duration
    ) {
        guard let client, let routerNow = client.routerNow(journal: journal) else {
            return inbox.append(.ended(id, attempt: attempt, .unreachable))
        }
        let result = client.request(
            query.request(now: routerNow, wait: wait), toJournal: journal, within: limit
        ) { outcome in
            self.inbox.append(.ended(id, attempt: attempt, IngressCore.Ending(outcome)))
        }
        if let failure = IngressCore.Ending(result) { inbox.append(.ended(id, attempt: attempt, failure)) }
    }

    // MARK: - Hints

    private func begin(_ watch: WatchID, _ transaction: TransactionID) {
        if watches.add(watch, of: transaction) { try? hints?.subscribe(to: transaction.text) }
    }

    private func end(_ watch: WatchID, _ transaction: TransactionID) {
        if watches.remove(watch, of: transaction) { try? hints?.unsubscribe(from: transaction.text) }
    }

    /// A hint that finds no room is dropped: hints may be lost on the bus, too.
    private func tell(_ watchers: some Collection<WatchID>) {
        if !watchers.isEmpty { _ = news.offer(contentsOf: watchers) }
    }
}

extension IngressCore.Ending {
    fileprivate init(_ reply: Result<RouterReply, RequestFailure>) {
        switch reply {
        case .success(let reply): self = .reply(reply)
        case .failure(.unread): self = .unread
        case .failure(.noReply): self = .noReply
        case .failure(.linkLost): self = .linkLost
        case .failure(.notSent(let result)): self = IngressCore.Ending(result) ?? .noReply
        }
    }

    /// Nil if the query was sent.
    fileprivate init?(_ result: SendResult) {
        switch result {
        case .sent: return nil
        case .unreachable: self = .unreachable
        case .full: self = .full
        case .tooLong: self = .unread
        }
    }
}

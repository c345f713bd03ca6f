import BusSettings
import Logging
import NIOCore
import RelayDomain
import RelayMessages
import RelayTransport
import ServiceLifecycle
import ServiceRuntime

/// The ingress's end of the bus: carries questions to the routers and answers back, as ``IngressCore`` decides.
///
/// Lives on its reactor. Questions come from the event loop by one bounded mailbox, answers go back by another; what
/// arrived together is decided together, at the end of the reactor's turn.
actor RouterLine: Service {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// The routers' time, for everybody.
    nonisolated let time = RouterTime()
    /// Where phones' connections live, and where answers and news are received.
    nonisolated let loop: any EventLoop
    private nonisolated let desk: NIOLoopBoundBox<AskDesk>
    private nonisolated let asks: Mailbox<Ask>
    private nonisolated let answers: Mailbox<Answered>
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
    /// Which open link leads to which journal.
    private var links: [Link: UInt8] = [:]

    /// - Parameters:
    ///   - askedMost: how many questions may be on their way or wait; admission keeps their number below it.
    ///   - loop: where phones' connections live.
    init(
        _ configuration: BusConfiguration, name: String, askedMost: Int, readiness: Health.Part, loop: any EventLoop
    ) {
        self.configuration = configuration
        self.name = name
        self.readiness = readiness
        reactor = Reactor(name: "routers", comesRound: readiness.loop("routers"))
        asks = Mailbox(capacity: askedMost, schedule: reactor.execute)
        answers = Mailbox(capacity: askedMost, schedule: { loop.execute($0) })
        news = Mailbox(capacity: askedMost, schedule: { loop.execute($0) })
        self.loop = loop
        desk = .makeBoxSendingValue(AskDesk(), eventLoop: loop)
    }

    // MARK: - For the event loop

    /// Asks the relay. `answer` is called exactly once, at the latest ``IngressCore/margin`` after `wait`.
    nonisolated func ask(_ question: Question, wait: Duration, _ answer: @escaping (Answer) -> Void) {
        let id = desk.value.open(answer)
        if !asks.offer(Ask(id: id, question: question, wait: wait)) {
            desk.value.close(Answered(id: id, answer: .problem(Problem(.overloaded))))
        }
    }

    /// Says when there may be news of a transaction: at each hint, and now and then without one.
    nonisolated func watch(_ transaction: TransactionID, _ news: @escaping () -> Void) -> WatchID {
        let id = desk.value.watch(news)
        reactor.execute { self.assumeIsolated { $0.begin(id, transaction) } }
        return id
    }

    nonisolated func unwatch(_ id: WatchID, _ transaction: TransactionID) {
        desk.value.unwatch(id)
        reactor.execute { self.assumeIsolated { $0.end(id, transaction) } }
    }

    /// The process is told to end: who waits is answered soon.
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
        client.opened = { link, welcome in self.note(link, welcome) }
        client.lost = { link, reason in self.note(link, reason) }
        self.client = client
        let hints = try Subscription<TransactionStatus>(configuration, on: reactor)
        hints.received = { topic, _, _ in self.tell(self.watches.watchers(of: topic)) }
        self.hints = hints
        reactor.atEndOfTick { self.endTick() }
        asks.open { asks in self.assumeIsolated { $0.take(asks) } }
        let desk = desk
        answers.open { batch in
            let desk = desk.value
            for answered in batch { desk.close(answered) }
        }
        news.open { batch in
            let desk = desk.value
            for watch in batch { desk.tell(watch) }
        }
    }

    /// Nobody asks any more: the HTTP server ends first.
    private func close() {
        asks.close()
        client?.close()
        hints?.close()
        (client, hints, inbox) = (nil, nil, [])
    }

    private func beginDraining() { inbox.append(.draining) }

    // MARK: - Links

    private func note(_ link: Link, _ welcome: Welcome) {
        links[link] = welcome.journal
        inbox.append(.opened(journal: welcome.journal, journals: Int(welcome.journals)))
        logger.routerFound(welcome)
    }

    private func note(_ link: Link, _ reason: LinkLoss) {
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

    private func take(_ asks: [Ask]) {
        for ask in asks { inbox.append(.asked(ask.id, ask.question, wait: ask.wait)) }
    }

    private func endTick() {
        let now = ContinuousClock.now
        tell(watches.due(now: now))
        if let journal = links.values.first, let time = client?.routerNow(journal: journal) { self.time.set(time) }
        decide(now)
        if let due = [core.nextDue, watches.nextDue].compactMap(\.self).min() { reactor.wake(at: due) }
    }

    private func decide(_ now: ContinuousClock.Instant) {
        var answered: [Answered] = []
        while !inbox.isEmpty || core.nextDue.map({ $0 <= now }) ?? false {
            let inputs = inbox
            inbox.removeAll(keepingCapacity: true)
            for output in core.step(inputs, now: now) {
                switch output {
                case .ask(let id, let attempt, let journal, let question, let wait, let limit):
                    ask(question, id, attempt, journal: journal, wait: wait, limit: limit)
                case .answer(let id, let answer): answered.append(Answered(id: id, answer: answer))
                }
            }
            tellReadiness()
        }
        // As many fit as may be asked.
        if !answered.isEmpty { _ = answers.offer(contentsOf: answered) }
    }

    private func ask(
        _ question: RouterQuestion, _ id: IngressCore.AskID, _ attempt: Int, journal: UInt8, wait: Duration,
        limit: Duration
    ) {
        guard let client, let routerNow = client.routerNow(journal: journal) else {
            return inbox.append(.ended(id, attempt: attempt, .unreachable))
        }
        let result = client.request(
            question.request(now: routerNow, wait: wait), toJournal: journal, within: limit
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

    /// A hint that finds no room is lost, as one may be on its way here.
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

    /// Nil if the question was handed over.
    fileprivate init?(_ result: SendResult) {
        switch result {
        case .sent: return nil
        case .unreachable: self = .unreachable
        case .full: self = .full
        case .tooLong: self = .unread
        }
    }
}

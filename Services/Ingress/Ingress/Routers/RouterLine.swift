import Logging
import NIOCore
import RelayDomain
import RelayMessages
import RelayTransport
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// The ingress's end of the bus: carries questions to the routers and answers back, as ``IngressCore`` decides.
///
/// Lives on its reactor. Questions come from the event loop by one bounded mailbox, answers go back by another; what
/// arrived together is decided together, at the end of the reactor's turn.
actor RouterLine: Service {
    nonisolated let reactor = Reactor(name: "routers")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// The routers' time, for everybody.
    nonisolated let time = RouterTime()
    private nonisolated let asks: Mailbox<Ask>
    private nonisolated let answers: Mailbox<Answered>
    private nonisolated let watchesMade = Atomic<UInt64>(0)
    private let configuration: BusConfiguration
    private let name: String
    private let readiness: Health.Part
    private let logger = Logger(label: "routers")

    private var core = IngressCore()
    private var inbox: [IngressCore.Input] = []
    private var askers: [IngressCore.AskID: CheckedContinuation<Answer, Never>] = [:]
    private var asksMade: UInt64 = 0
    private var watches = Watches()
    private var client: LinkClient<RouterRequest, RouterReply>?
    private var hints: Subscription<TransactionStatus>?
    /// Which open link leads to which journal.
    private var links: [Link: UInt8] = [:]
    private var isDraining = false

    /// - Parameters:
    ///   - askedMost: how many questions may be on their way or wait; admission keeps their number below it.
    ///   - loop: where answers are received.
    init(
        _ configuration: BusConfiguration, name: String, askedMost: Int, readiness: Health.Part, loop: any EventLoop
    ) {
        self.configuration = configuration
        self.name = name
        self.readiness = readiness
        asks = Mailbox(capacity: askedMost, schedule: reactor.execute)
        answers = Mailbox(capacity: askedMost, schedule: { loop.execute($0) })
    }

    // MARK: - For the event loop

    /// Asks the relay. Always answers, at the latest ``IngressCore/margin`` after `wait`.
    nonisolated func ask(_ question: Question, wait: Duration) async -> Answer {
        await withCheckedContinuation { asker in
            if !asks.offer(Ask(question: question, wait: wait, asker: asker)) {
                asker.resume(returning: .problem(Problem(.overloaded)))
            }
        }
    }

    /// Says when there may be news of a transaction: at once, at each hint, and now and then without one. Ends when the
    /// process does.
    nonisolated func news(of id: TransactionID) -> AsyncStream<Void> {
        let (stream, watcher) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = watchesMade.add(1, ordering: .relaxed).newValue
        watcher.onTermination = { _ in
            self.reactor.execute { self.assumeIsolated { $0.unwatch(number, id) } }
        }
        reactor.execute { self.assumeIsolated { $0.watch(number, id, watcher) } }
        return stream
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
        hints.received = { topic, _, _ in self.watches.hint(topic) }
        self.hints = hints
        reactor.atEndOfTick { self.endTick() }
        asks.open { asks in self.assumeIsolated { $0.take(asks) } }
        answers.open { batch in
            for answered in batch { answered.asker.resume(returning: answered.answer) }
        }
    }

    /// Nobody asks any more: the HTTP server ends first.
    private func close() {
        for never in asks.close() { never.asker.resume(returning: .problem(Problem(.relayLost, sent: .no))) }
        client?.close()
        hints?.close()
        watches.end()
        for asker in askers.values { asker.resume(returning: .problem(Problem(.relayLost))) }
        (client, hints, askers, inbox) = (nil, nil, [:], [])
    }

    private func beginDraining() {
        isDraining = true
        inbox.append(.draining)
        watches.end()
    }

    // MARK: - Links

    private func note(_ link: Link, _ welcome: Welcome) {
        links[link] = welcome.journal
        inbox.append(.opened(journal: welcome.journal, journals: Int(welcome.journals)))
        logger.info("router found", metadata: ["journal": "\(welcome.journal)", "router": "\(welcome.name)"])
    }

    private func note(_ link: Link, _ reason: LinkLoss) {
        guard let journal = links.removeValue(forKey: link) else { return }
        if !links.values.contains(journal) { inbox.append(.lost(journal: journal)) }
        logger.warning("router lost", metadata: ["journal": "\(journal)", "reason": "\(reason)"])
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
        for ask in asks {
            asksMade += 1
            let id = IngressCore.AskID(number: asksMade)
            askers[id] = ask.asker
            inbox.append(.asked(id, ask.question, wait: ask.wait))
        }
    }

    private func endTick() {
        let now = ContinuousClock.now
        watches.tick(now: now)
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
                case .answer(let id, let answer):
                    guard let asker = askers.removeValue(forKey: id) else { break }
                    answered.append(Answered(answer: answer, asker: asker))
                }
            }
            tellReadiness()
        }
        let taken = answers.offer(contentsOf: answered)
        for left in answered.dropFirst(taken) { left.asker.resume(returning: left.answer) }
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

    private func watch(_ number: UInt64, _ id: TransactionID, _ watcher: Watches.Watcher) {
        guard !isDraining else { return watcher.finish() }
        if watches.add(number, watcher, of: id) { try? hints?.subscribe(to: id.text) }
    }

    private func unwatch(_ number: UInt64, _ id: TransactionID) {
        if watches.remove(number, of: id) { try? hints?.unsubscribe(from: id.text) }
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

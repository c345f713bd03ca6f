import Logging
import RelayDomain
import RelayMessages
import RelayTransport
import Sealing
import ServiceLifecycle
import ServiceRuntime

/// The process's work: connects outward to every router, says what its destination can do, and asks the destination what
/// routers ask, as ``AdapterCore`` decides. Keeps nothing; any number may serve one destination.
///
/// Lives on its reactor. An ``ImmediateDestination`` is asked there and then; for others each request is a task of
/// ``run()``, handed over a batch at a time, and answers come back by a bounded mailbox.
public actor DestinationWorker: Service {
    /// How long one request may take. Far longer than a router waits in `authorizing`: a late word still settles what is
    /// unknown by then.
    public static let answerMost = Duration.seconds(60)

    private nonisolated let reactor = Reactor(name: "destinations")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private nonisolated let destination: any Destination
    private nonisolated let sealingKey: SealingKey
    private nonisolated let logger = Logger(label: "destination")
    private nonisolated let answers: Mailbox<(TransactionID, DestinationAnswer)>
    private let manifest: DestinationManifest
    private let bus: BusConfiguration
    private let name: String
    private let readiness: Health.Part
    private let counters = AnswerCounters()

    private var core: AdapterCore
    private var inbox: [AdapterCore.Input] = []
    private var toAsk: AsyncStream<[Asking]>.Continuation?
    private var batch: [Asking] = []
    private var client: LinkClient<AdapterMessage, AdapterOrder>?
    private var links: [Link: UInt8] = [:]
    private var isDraining = false

    /// A request on its way to the destination.
    private struct Asking: Sendable {
        let request: AuthorizationRequest
        let deadline: ContinuousClock.Instant
    }

    /// - Parameters:
    ///   - name: this process, for the routers' logs.
    ///   - readiness: told whether a router is there.
    public init(
        _ destination: any Destination, sealingKey: SealingKey, bus: BusConfiguration, name: String,
        readiness: Health.Part
    ) {
        self.destination = destination
        self.sealingKey = sealingKey
        self.bus = bus
        self.name = name
        self.readiness = readiness
        manifest = destination.describe()
        core = AdapterCore(
            manifest, concurrent: destination is any ImmediateDestination ? .max : manifest.concurrent)
        answers = Mailbox(capacity: manifest.concurrent, schedule: reactor.execute)
    }

    /// Serves until told to stop; then takes no more, and finishes what is with the destination.
    /// - Throws: `TransportError` if the routers' address or the keys cannot be used at all.
    public func run() async throws {
        let (batches, toAsk) = AsyncStream.makeStream(of: [Asking].self)
        self.toAsk = toAsk  // What waits in it is bounded by the manifest's `concurrent`.
        try open()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await batch in batches {
                    for asking in batch { group.addTask { await self.carryOut(asking) } }
                }
            }
        } onGracefulShutdown: {
            self.reactor.execute { self.assumeIsolated { $0.drain() } }
        }
        close()
        await reactor.stop()
    }

    private func open() throws {
        let client = try LinkClient<AdapterMessage, AdapterOrder>(
            .destinations, bus, hello: Hello(role: .destinationAdapter, name: name), on: reactor)
        client.opened = { link, welcome in self.note(link, welcome) }
        client.lost = { link, reason in self.note(link, reason) }
        client.received = { link, order, _ in self.note(order, from: link) }
        self.client = client
        answers.open { batch in
            self.assumeIsolated { worker in
                for (transaction, answer) in batch { worker.inbox.append(.answered(transaction, answer)) }
            }
        }
        reactor.atEndOfTick { self.endTick() }
    }

    private func close() {
        endTick()  // The last answers.
        client?.close()
        client = nil
    }

    private func drain() {
        isDraining = true
        inbox.append(.draining)
    }

    // MARK: - Links

    private func note(_ link: Link, _ welcome: Welcome) {
        links[link] = welcome.journal
        _ = client?.send(.ready(manifest), on: link)
        inbox.append(.opened(journal: welcome.journal))
        readiness.ready()
        logger.info("router found", metadata: ["journal": "\(welcome.journal)", "router": "\(welcome.name)"])
    }

    private func note(_ link: Link, _ reason: LinkLoss) {
        guard let journal = links.removeValue(forKey: link) else { return }
        if !links.values.contains(journal) { inbox.append(.lost(journal: journal)) }
        if links.isEmpty { readiness.notReady("no router is there") }
        logger.warning("router lost", metadata: ["journal": "\(journal)", "reason": "\(reason)"])
    }

    private func note(_ order: AdapterOrder, from link: Link) {
        switch order {
        case .authorize(let request):
            guard let journal = links[link], let now = client?.routerNow(journal: journal) else { break }
            inbox.append(.ordered(request, routerNow: now))
        }
    }

    // MARK: - Turns

    private func endTick() {
        let now = ContinuousClock.now
        while !inbox.isEmpty || core.nextDue.map({ $0 <= now }) ?? false {
            let inputs = inbox
            inbox.removeAll(keepingCapacity: true)
            for output in core.step(inputs, now: now) { carryOut(output) }
        }
        if !batch.isEmpty {
            toAsk?.yield(batch)
            batch = []
        }
        if isDraining, core.asking == 0 { toAsk?.finish() }
        if let due = core.nextDue { reactor.wake(at: due) }
    }

    private func carryOut(_ output: AdapterCore.Output) {
        switch output {
        case .ask(let request, let deadline):
            let asking = Asking(request: request, deadline: deadline)
            guard let immediate = destination as? any ImmediateDestination else { return batch.append(asking) }
            let answer = opened(asking).map(immediate.decide) ?? .notSent
            inbox.append(.answered(request.transaction, answer))
        case .send(let answer, let journal):
            let result = client?.send(.answer(answer), toJournal: journal) ?? .unreachable
            if result == .sent { counters.count(answer.answer) } else { inbox.append(.unsent(answer.transaction)) }
        case .misdirected(let request):
            logger.warning(
                "a request was not for this destination; the routers and BATON_DESTINATION disagree",
                metadata: ["transaction": "\(request.transaction)", "destination": "\(request.destination)"])
        }
    }

    // MARK: - Asking, in tasks of their own

    private nonisolated func carryOut(_ asking: Asking) async {
        let answer = await answer(to: asking)
        // There is room: as many answers fit as requests are under way.
        _ = answers.offer((asking.request.transaction, answer))
    }

    private nonisolated func answer(to asking: Asking) async -> DestinationAnswer {
        guard ContinuousClock.now < asking.deadline, let authorization = opened(asking) else { return .notSent }
        do {
            return try await withThrowingTaskGroup(of: DestinationAnswer.self) { group in
                group.addTask { try await self.destination.authorize(authorization) }
                group.addTask {
                    try await Task.sleep(for: Self.answerMost)
                    return .unknown
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .unknown
            }
        } catch {
            // The error's text is the destination's: it may hold what must not be logged.
            logger.warning(
                "the destination did not answer; what became of the request is unknown",
                metadata: ["transaction": "\(authorization.transaction)", "error": "\(type(of: error))"])
            return .unknown
        }
    }

    /// The request with its information in the open, or nil if the sealed bytes do not open.
    private nonisolated func opened(_ asking: Asking) -> Authorization? {
        let request = asking.request
        do {
            let information = try sealingKey.open(request.sealed, for: request.sealedFor)
            return Authorization(request, information: information, deadline: asking.deadline)
        } catch {
            logger.error(
                "sealed information did not open; ingress and adapter have different files keys/seal",
                metadata: ["transaction": "\(request.transaction)"])
            return nil
        }
    }
}

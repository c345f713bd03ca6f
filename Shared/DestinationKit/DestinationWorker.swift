import BusSettings
import Logging
import RelayDomain
import RelayMessages
import RelayTransport
import Sealing
import ServiceLifecycle
import ServiceRuntime
import Synchronization

/// The adapter's shell: connects outward to every router, sends the manifest, and calls the destination as
/// ``AdapterCore`` decides. Stateless; any number may serve one destination.
///
/// Lives on its reactor. An ``ImmediateDestination`` is called on it directly; for others each request is a task of its
/// own, which the core may cancel, and answers come back through a bounded mailbox.
public actor DestinationWorker: Service {
    private nonisolated let reactor: Reactor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private nonisolated let destination: any Destination
    private nonisolated let sealingKey: SealingKey
    private nonisolated let logger: Logger
    private nonisolated let answers: Mailbox<(DestinationTask, AdapterCore.Input)>
    private let executor: (any TaskExecutor)?
    private let manifest: DestinationManifest
    private let bus: BusConfiguration
    private let name: String
    private let readiness: Health.Part
    private let counters = AnswerCounters()

    private var core: AdapterCore
    private var inbox: [AdapterCore.Input] = []
    /// The calls in progress; the manifest's `concurrent` limits their number.
    private var tasks: [DestinationTask: Task<Void, Never>] = [:]
    private var whenDrained: CheckedContinuation<Void, Never>?
    private var client: LinkClient<AdapterMessage, AdapterOrder>?
    private var links: [Link: UInt8] = [:]
    private var logThrottle = LogThrottle<Link>()
    private nonisolated let complaints = Mutex(LogThrottle<Complaint>())
    private var isDraining = false

    /// A request on its way to the destination.
    private struct Asking: Sendable {
        let request: AuthorizationRequest
        let deadline: ContinuousClock.Instant
    }

    /// What can be wrong with request after request; each is logged at most once a second.
    private enum Complaint: Hashable {
        case misdirected, senseless, silent, sealed
        case leftOut(Approval.Field)
    }

    /// - Parameters:
    ///   - name: this process, for the routers' logs.
    ///   - readiness: told whether a router is linked.
    ///   - executor: where the destination's tasks run; the executor of what they wait for saves thread switches.
    public init(
        _ destination: any Destination, sealingKey: SealingKey, bus: BusConfiguration, name: String,
        readiness: Health.Part, executor: (any TaskExecutor)? = nil,
        logger: Logger = Logger(label: "destination")
    ) {
        self.logger = logger
        self.destination = destination
        self.sealingKey = sealingKey
        self.bus = bus
        self.name = name
        self.readiness = readiness
        reactor = Reactor(name: "destinations", comesRound: readiness.loop("destinations"))
        self.executor = executor
        manifest = destination.describe()
        core = AdapterCore(
            manifest, concurrent: destination is any ImmediateDestination ? .max : manifest.concurrent)
        answers = Mailbox(capacity: 2 * manifest.concurrent + 1, schedule: reactor.execute)
    }

    /// Serves until told to stop; then accepts no more, and finishes what is in progress at the destination. If it is
    /// cancelled, it does not wait for that.
    /// - Throws: `TransportError` if the routers' address or the keys cannot be used at all.
    public func run() async throws {
        try open()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withCheckedContinuation { whenDrained = $0 }
            } onGracefulShutdown: {
                self.reactor.execute { self.assumeIsolated { $0.drain() } }
            }
        } onCancel: {
            self.reactor.execute {
                self.assumeIsolated { worker in
                    worker.drain()
                    for task in worker.tasks.values { task.cancel() }
                }
            }
        }
        close()
        await reactor.stop()
    }

    private func open() throws {
        let client = try LinkClient<AdapterMessage, AdapterOrder>(
            .destinations, bus, hello: Hello(role: .destinationAdapter, name: name), on: reactor)
        client.opened = { link, welcome in self.linkOpened(link, welcome) }
        client.lost = { link, reason in self.linkLost(link, reason) }
        client.outdated = { _, welcome, known in self.logger.routerOutdated(welcome, known: known) }
        client.received = { link, order, _ in self.routerOrdered(order, from: link) }
        client.unread = { link, unread in self.complain(unread, on: link) }
        self.client = client
        answers.open { batch in
            self.assumeIsolated { worker in
                for (task, input) in batch {
                    worker.tasks[task] = nil
                    worker.inbox.append(input)
                }
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
        tasks[.health]?.cancel()
        for link in links.keys { _ = client?.send(.draining, on: link) }
        inbox.append(.draining)
    }

    // MARK: - Links

    private func linkOpened(_ link: Link, _ welcome: RouterWelcome) {
        links[link] = welcome.journal
        _ = client?.send(.ready(manifest), on: link)
        if isDraining { _ = client?.send(.draining, on: link) }
        inbox.append(.opened(journal: welcome.journal))
        readiness.ready()
        logger.routerFound(welcome)
    }

    private func linkLost(_ link: Link, _ reason: LinkLoss) {
        logThrottle.forget(link)
        guard let journal = links.removeValue(forKey: link) else { return }
        if !links.values.contains(journal) { inbox.append(.lost(journal: journal)) }
        if links.isEmpty { readiness.notReady("no router is linked") }
        logger.routerLost(journal: journal, reason)
    }

    private func routerOrdered(_ order: AdapterOrder, from link: Link) {
        switch order {
        case .authorize(let request):
            guard let journal = links[link], let now = client?.routerNow(journal: journal) else { break }
            inbox.append(.ordered(request, routerNow: now, at: .now))
        case .inquire(let followUp):
            followUpOrdered(FollowUpTask(followUp: followUp, what: .inquiry, isRepeat: false), from: link)
        case .reverse(let followUp, let isRepeat):
            followUpOrdered(FollowUpTask(followUp: followUp, what: .reversal, isRepeat: isRepeat), from: link)
        case .askHealth: inbox.append(.healthAsked)
        case .remembered: break  // Nothing here asks for it yet.
        case .notRegistered(let destination):
            guard let leftOut = logThrottle.admit(about: link, now: .now) else { break }
            logger.warning(
                "the destination is not registered, so nothing is asked: correct shop.yaml, or the ID here",
                metadata: ["destination": "\(destination)", "leftOut": "\(leftOut)"])
        }
    }

    /// A message that a router cannot read is lost; the router repeats its request or inquires.
    private func complain(_ unread: Unread, on link: Link) {
        guard let leftOut = logThrottle.admit(about: link, now: .now) else { return }
        logger.misread(unread, peer: link.address, leftOut: leftOut)
    }

    private func followUpOrdered(_ task: FollowUpTask, from link: Link) {
        guard let journal = links[link], let now = client?.routerNow(journal: journal) else { return }
        inbox.append(.sent(task, routerNow: now))
    }

    // MARK: - Turns

    private func endTick() {
        let now = ContinuousClock.now
        while !inbox.isEmpty || core.nextDue.map({ $0 <= now }) ?? false {
            let inputs = inbox
            inbox.removeAll(keepingCapacity: true)
            for output in core.step(inputs, now: now) { carryOut(output) }
        }
        if isDraining, core.underWay == 0, tasks.isEmpty {
            whenDrained?.resume()
            whenDrained = nil
        }
        if let due = core.nextDue { reactor.wake(at: due) }
    }

    private func carryOut(_ output: AdapterCore.Output) {
        switch output {
        case .authorize(let request, let deadline):
            let asking = Asking(request: request, deadline: deadline)
            guard let immediate = destination as? any ImmediateDestination else {
                return begin(.authorization(request.transaction)) {
                    let (answer, state) = await self.answer(to: asking)
                    return .answered(request.transaction, answer, state)
                }
            }
            let authorization = opened(asking)
            let answer = authorization.map { immediate.decide($0).withholding($0.information) } ?? .notSent
            remark(answer, about: request.transaction)
            inbox.append(.answered(request.transaction, answer, authorization?.memory.state))
        case .carryOut(let task):
            begin(.followUp(task.key)) {
                let (answer, state) = await self.answer(to: task)
                return .returned(task, answer, state)
            }
        case .askHealth: begin(.health) { .healthTold(isGood: await self.destination.isWell()) }
        case .tellHealth(let isGood):
            for link in links.keys { _ = client?.send(.health(isGood: isGood), on: link) }
        case .giveUp(let task): tasks[task]?.cancel()
        case .send(let answer, let journal):
            let result = client?.send(.answer(answer), toJournal: journal) ?? .unreachable
            if result == .sent {
                counters.count(answer.word)
            } else if case .authorization = answer.word {
                inbox.append(.unsent(answer.transaction))
            }
        case .misdirected(let transaction, let destination):
            complain(
                .misdirected, "a request was not for this destination; the routers and BATON_DESTINATION disagree",
                about: transaction, ["destination": "\(destination)"])
        case .senseless(let transaction, let operation, let amount):
            complain(
                .senseless, "the unit of a request's amount does not fit its operation; the destination was not asked",
                about: transaction, ["operation": "\(operation)", "amount": "\(amount)"])
        }
    }

    private nonisolated func complain(
        _ complaint: Complaint, _ line: Logger.Message, about transaction: TransactionID,
        _ metadata: Logger.Metadata = [:], at level: Logger.Level = .warning
    ) {
        guard let leftOut = complaints.withLock({ $0.admit(about: complaint, now: .now) }) else { return }
        let known: Logger.Metadata = ["transaction": "\(transaction)", "leftOut": "\(leftOut)"]
        logger.log(level: level, line, metadata: known.merging(metadata) { $1 })
    }

    // MARK: - Asking, in tasks of their own

    /// The mailbox has room for the answers of all tasks in progress.
    private func begin(_ task: DestinationTask, _ work: @escaping @Sendable () async -> AdapterCore.Input) {
        tasks[task] = Task(executorPreference: executor) { [answers] in
            _ = answers.offer((task, await work()))
        }
    }

    private nonisolated func answer(to asking: Asking) async -> (DestinationAnswer, AdapterState?) {
        guard ContinuousClock.now < asking.deadline, let authorization = opened(asking) else { return (.notSent, nil) }
        let answer = await heard(about: authorization.transaction) {
            try await self.destination.authorize(authorization)
        }
        let told = answer?.withholding(authorization.information) ?? .unknown
        remark(told, about: authorization.transaction)
        return (told, authorization.memory.state)
    }

    private nonisolated func answer(to task: FollowUpTask) async -> (FollowUpTask.Answer, AdapterState?) {
        let transaction = task.followUp.transaction
        switch task.what {
        case .inquiry:
            let inquiry = Inquiry(task.followUp)
            let answer = await heard(about: transaction) { try await self.destination.inquire(inquiry) }
            if let answer { remark(answer, about: transaction) }
            return (answer.map(FollowUpTask.Answer.inquiry) ?? task.silence, inquiry.memory.state)
        case .reversal:
            let reversal = Reversal(task.followUp, isRepeat: task.isRepeat)
            let answer = await heard(about: transaction) { try await self.destination.reverse(reversal) }
            return (answer.map(FollowUpTask.Answer.reversal) ?? task.silence, reversal.memory.state)
        }
    }

    /// The approval counts; what did not fit is the provider's to correct. What stood there is not logged: it may be an
    /// account number.
    private nonisolated func remark(_ answer: DestinationAnswer, about transaction: TransactionID) {
        guard let leftOut = answer.approval?.leftOut, !leftOut.isEmpty else { return }
        counters.count(leftOut: leftOut)
        for field in leftOut.sorted(by: { $0.rawValue < $1.rawValue }) {
            complain(
                .leftOut(field), "the destination said something with its approval that does not fit; it is left out",
                about: transaction, ["field": "\(field.rawValue)"])
        }
    }

    /// - Returns: nil if the destination threw.
    private nonisolated func heard<Word>(
        about transaction: TransactionID, _ ask: () async throws -> Word
    ) async -> Word? {
        do {
            return try await ask()
        } catch {
            // The error's text comes from the destination: it may contain a code, so it is not logged.
            complain(
                .silent, "the destination did not answer; the result of the request is unknown", about: transaction,
                ["reason": "\(systemCause(error) ?? "\(type(of: error))")"])
            return nil
        }
    }

    /// The request with its information in the clear, or nil if the sealed bytes do not open.
    private nonisolated func opened(_ asking: Asking) -> Authorization? {
        let request = asking.request
        do {
            let information = try sealingKey.open(request.sealed, for: request.sealedFor)
            return Authorization(request, information: information, deadline: asking.deadline)
        } catch {
            complain(
                .sealed, "sealed information did not open; ingress and adapter have different files keys/seal",
                about: request.transaction, at: .error)
            return nil
        }
    }
}

import RelayDomain
import RelayMessages

/// Sends requests to routers from any thread: for the command line and tests, which have no reactor of their own.
///
/// **How a request passes.** ``request(toJournal:traceparent:within:_:)`` puts it into a ``Mailbox``; the reactor takes
/// all waiting requests in one turn and gives them to its ``LinkClient``; the end of a request resumes the task that
/// waits for it. So many requests share a wake-up, and each costs one continuation.
public final class RequestClient<Request: EnvelopeBody, Reply: EnvelopeBody>: Sendable {
    private struct Asked: Sendable {
        let journal: UInt8
        let traceparent: String
        let limit: Duration
        let make: @Sendable (Instant) -> Request
        let complete: @Sendable (Result<Reply, RequestFailure>) -> Void
    }

    private let asked: Mailbox<Asked>
    private let links: RequestLinks

    /// Makes a client with a reactor of its own.
    public init(_ endpoint: BusEndpoint, _ configuration: BusConfiguration, hello: Hello) {
        links = RequestLinks(endpoint, configuration, hello)
        asked = Mailbox(capacity: configuration.limits.requestsMax, schedule: links.reactor.execute)
    }

    /// The reactor of this client's links. A ``Subscription`` of the same process may use it too: one thread owns all
    /// sockets. It stops with ``stop()``.
    public var reactor: Reactor { links.reactor }

    /// Begins to look for routers and to connect to them. To be called once.
    /// - Throws: ``TransportError`` if an address or the keys cannot be used at all.
    public func start() async throws(TransportError) {
        try await links.start()
        asked.open { [links] batch in links.assumeIsolated { $0.send(batch) } }
    }

    /// Sends a request to a journal's router.
    /// - Parameters:
    ///   - limit: how long to wait; the router gets the end of the wait in its own time.
    ///   - make: makes the request from the router's time now. Called on the reactor, if there is a link.
    /// - Throws: ``RequestFailure``. Cancelling the task does not end the wait: the router may act on the request.
    public func request(
        toJournal journal: UInt8, traceparent: String = "", within limit: Duration,
        _ make: @escaping @Sendable (_ routerNow: Instant) -> Request
    ) async throws(RequestFailure) -> Reply {
        let result: Result<Reply, RequestFailure> = await withCheckedContinuation { continuation in
            let asking = Asked(journal: journal, traceparent: traceparent, limit: limit, make: make) {
                continuation.resume(returning: $0)
            }
            if !asked.offer(asking) { continuation.resume(returning: .failure(.notSent(.full))) }
        }
        return try result.get()
    }

    /// The welcomes of the linked routers, by journal. ``RouterWelcome/journals`` is how many there should be.
    public var welcomes: [UInt8: RouterWelcome] { get async { await links.welcomes } }

    /// Returns as soon as a router of the journal is linked.
    /// - Throws: ``RequestFailure/notSent(_:)`` with ``SendResult/unreachable`` if none is within `limit`.
    public func link(toJournal journal: UInt8, within limit: Duration) async throws(RequestFailure) -> RouterWelcome {
        let welcome = await links.link(toJournal: journal, within: limit)
        guard let welcome else { throw .notSent(.unreachable) }
        return welcome
    }

    /// Says goodbye to the routers and stops the reactor. What is pending ends with ``LinkLoss/closed``.
    public func stop() async {
        for never in asked.close() { never.complete(.failure(.notSent(.unreachable))) }
        await links.stop()
    }

    /// The part that is used on the reactor.
    private actor RequestLinks {
        nonisolated let reactor = Reactor(name: "requests")
        nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

        private let endpoint: BusEndpoint
        private let configuration: BusConfiguration
        private let hello: Hello
        private var client: LinkClient<Request, Reply>?
        private var waiting:
            [(journal: UInt8, until: ContinuousClock.Instant, CheckedContinuation<RouterWelcome?, Never>)] =
                []

        init(_ endpoint: BusEndpoint, _ configuration: BusConfiguration, _ hello: Hello) {
            self.endpoint = endpoint
            self.configuration = configuration
            self.hello = hello
        }

        var welcomes: [UInt8: RouterWelcome] {
            guard let client else { return [:] }
            return Dictionary(
                uniqueKeysWithValues: client.journals.compactMap { journal in
                    client.link(toJournal: journal).map { (journal, $0.welcome) }
                })
        }

        func start() throws(TransportError) {
            client = try LinkClient(endpoint, configuration, hello: hello, on: reactor)
            reactor.atEndOfTick { self.tellWaiting() }
        }

        func send(_ batch: [Asked]) {
            for asked in batch {
                guard let client, let now = client.routerNow(journal: asked.journal) else {
                    asked.complete(.failure(.notSent(.unreachable)))
                    continue
                }
                let result = client.request(
                    asked.make(now), toJournal: asked.journal, traceparent: asked.traceparent, within: asked.limit,
                    complete: asked.complete)
                if result != .sent { asked.complete(.failure(.notSent(result))) }
            }
        }

        func link(toJournal journal: UInt8, within limit: Duration) async -> RouterWelcome? {
            await withCheckedContinuation { waiting.append((journal, .now + limit, $0)) }
        }

        func stop() async {
            client?.close()
            client = nil
            tellWaiting()
            await reactor.stop()
        }

        private func tellWaiting() {
            guard !waiting.isEmpty else { return }
            let now = ContinuousClock.now
            let undecided = waiting
            waiting = []
            for (journal, until, continuation) in undecided {
                let welcome = client?.link(toJournal: journal)?.welcome
                if welcome != nil || until <= now || client == nil {
                    continuation.resume(returning: welcome)
                } else {
                    waiting.append((journal, until, continuation))
                    reactor.wake(at: until)
                }
            }
        }
    }
}

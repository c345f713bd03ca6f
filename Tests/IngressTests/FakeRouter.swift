import RelayDomain
import RelayMessages
import RelayTransport

@testable import Ingress

/// A router's end of `requests`, and of `events`, that says what a test tells it to say.
actor FakeRouter {
    enum Reaction: Sendable {
        case reply(RouterReply)
        /// Comes with ``FakeRouter/release()``.
        case later(RouterReply)
        case silence
    }

    nonisolated let reactor = Reactor(name: "fake router")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    nonisolated let bus: TemporaryBus

    private let journal: UInt8
    private let journals: UInt8
    private var term: UInt64 = 0
    private var server: LinkServer<RouterRequest, RouterReply>?
    private var publisher: Publisher<TransactionStatus>?
    private var react: @Sendable (RouterRequest) -> Reaction
    private(set) var requests: [RouterRequest] = []
    private var held: [(reply: RouterReply, postmark: MessageHeader, peer: Peer)] = []
    private var awaited: [(count: Int, CheckedContinuation<Void, Never>)] = []

    init(
        bus: TemporaryBus, journal: UInt8 = 0, of journals: UInt8 = 1,
        react: @escaping @Sendable (RouterRequest) -> Reaction
    ) {
        self.bus = bus
        self.journal = journal
        self.journals = journals
        self.react = react
    }

    /// Binds, as the journal's next writer.
    func open() throws {
        term += 1
        let (journal, journals, term) = (journal, journals, term)
        let configuration = BusConfiguration([bus.address])
        let now = { Instant(milliseconds: FakeRouter.now.milliseconds) }
        let server = try LinkServer<RouterRequest, RouterReply>(
            .requests, name: "fake-\(journal)", configuration, on: reactor, routerTime: now
        ) { _, _ in
            RouterWelcome(journal: journal, journals: journals, term: term, time: now(), name: "fake-\(journal)")
        }
        server.received = { peer, _, request, postmark in
            self.requests.append(request)
            let answering = MessageHeader(correlation: postmark.correlation)
            switch self.react(request) {
            case .reply(let reply): _ = self.server?.send(reply, answering, to: peer)
            case .later(let reply): self.held.append((reply, answering, peer))
            case .silence: break
            }
            let due = self.awaited.filter { $0.count <= self.requests.count }
            self.awaited.removeAll { $0.count <= self.requests.count }
            for (_, continuation) in due { continuation.resume() }
        }
        self.server = server
        publisher = try Publisher(name: "fake-\(journal)", configuration, on: reactor)
    }

    /// Leaves, as a router does that ends.
    func close() {
        server?.close()
        publisher?.close()
        (server, publisher) = (nil, nil)
    }

    /// From now on answers differently.
    func nowReact(_ react: @escaping @Sendable (RouterRequest) -> Reaction) { self.react = react }

    /// Sends the replies that were to come later.
    func release() {
        for (reply, postmark, peer) in held { _ = server?.send(reply, postmark, to: peer) }
        held = []
    }

    func publish(_ status: TransactionStatus) {
        publisher?.publish(status, topic: status.id.text)
    }

    /// Whether anybody would hear news of a transaction. If so, it is told where it stands.
    func isListenedTo(_ status: TransactionStatus) -> Bool {
        var isHeard = false
        func told() -> TransactionStatus {
            isHeard = true
            return status
        }
        publisher?.publish(told(), topic: status.id.text)
        return isHeard
    }

    /// Suspends until so many requests have come in all.
    func requests(atLeast count: Int) async {
        guard requests.count < count else { return }
        await withCheckedContinuation { awaited.append((count, $0)) }
    }

    func end() async {
        close()
        await reactor.stop()
    }

    /// The fake's own clock; a day ahead, so that nobody who uses a wall clock instead of router time goes unnoticed.
    static var now: Instant { MachineTime.now + .seconds(86_400) }
}

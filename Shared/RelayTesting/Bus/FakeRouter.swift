import Foundation
import RelayDomain
import RelayMessages
import RelayTransport

/// A router's end of one of its endpoints, and of `events`, that says what a test tells it to say.
public actor FakeRouter<Message: EnvelopeBody, Order: EnvelopeBody> {
    /// What it does at a message.
    public enum Reaction: Sendable {
        case reply(Order)
        /// Comes with ``FakeRouter/release()``.
        case later(Order)
        case silence
    }

    /// A message, and whence it came.
    public struct Received: Sendable {
        public let message: Message
        public let peer: Peer
        fileprivate let correlation: UInt64
    }

    public nonisolated let reactor = Reactor(name: "fake router")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    public nonisolated let bus: TemporaryBus

    /// All messages so far, in their order.
    public private(set) var received: [Received] = []
    /// The peers that have a link, the oldest first.
    public private(set) var peers: [Peer] = []

    private let endpoint: BusEndpoint
    private let journal: UInt8
    private let journals: UInt8
    private let greeting: [Order]
    private var term: UInt64
    private var react: @Sendable (Message) -> Reaction
    private var server: LinkServer<Message, Order>?
    private var publisher: Publisher<TransactionStatus>?
    private var held: [(order: Order, of: Received)] = []
    private var awaited: [(isTrue: () -> Bool, CheckedContinuation<Void, Never>)] = []

    /// - Parameters:
    ///   - term: of the writer before; ``open()`` makes this one the next.
    ///   - greeting: what each peer is told behind the welcome.
    public init(
        _ endpoint: BusEndpoint, bus: TemporaryBus, journal: UInt8 = 0, of journals: UInt8 = 1, after term: UInt64 = 0,
        greeting: [Order] = [], react: @escaping @Sendable (Message) -> Reaction = { _ in .silence }
    ) {
        self.endpoint = endpoint
        self.bus = bus
        self.journal = journal
        self.journals = journals
        self.term = term
        self.greeting = greeting
        self.react = react
    }

    /// Its clock: a day ahead, so that what uses a wall clock instead of router time does not go unnoticed.
    public static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) + 86_400_000) }

    // MARK: Coming and going

    /// Binds, as the journal's next writer.
    public func open() throws {
        term += 1
        let (journal, journals, term, name) = (journal, journals, term, "fake-\(journal)-\(term)")
        let server = try LinkServer<Message, Order>(
            endpoint, name: name, bus.configuration, on: reactor, routerTime: { Self.now }
        ) { _, _ in RouterWelcome(journal: journal, journals: journals, term: term, time: Self.now, name: name) }
        server.opened = { peer, _ in
            self.peers.append(peer)
            for order in self.greeting { self.send(order, to: peer) }
        }
        server.received = { peer, _, message, header in
            self.messageReceived(Received(message: message, peer: peer, correlation: header.correlation))
        }
        server.lost = { peer, _ in self.peers.removeAll { $0 == peer } }
        self.server = server
        publisher = try Publisher(name: name, bus.configuration, on: reactor)
    }

    /// Leaves, as a router does that ends. It may be opened again.
    public func close() {
        server?.close()
        publisher?.close()
        (server, publisher) = (nil, nil)
        peers = []
    }

    /// Leaves for good.
    public func end() async {
        close()
        await reactor.stop()
    }

    // MARK: What it says

    /// From now on reacts differently.
    public func nowReact(_ react: @escaping @Sendable (Message) -> Reaction) { self.react = react }

    public func reply(_ order: Order, to received: Received) {
        _ = server?.send(order, MessageHeader(correlation: received.correlation), to: received.peer)
    }

    public func send(_ order: Order, to peer: Peer) { _ = server?.send(order, to: peer) }

    /// Sends the replies that were to come later.
    public func release() {
        for (order, received) in held { reply(order, to: received) }
        held = []
    }

    public func publish(_ status: TransactionStatus) {
        publisher?.publish(status, topic: status.id.text)
    }

    /// Whether anybody would hear news of a transaction. If so, it is told where it stands.
    public func isListenedTo(_ status: TransactionStatus) -> Bool {
        var isHeard = false
        func told() -> TransactionStatus {
            isHeard = true
            return status
        }
        publisher?.publish(told(), topic: status.id.text)
        return isHeard
    }

    // MARK: What it hears

    /// The messages that `kind` knows, and what it makes of them.
    public func received<Word: Sendable>(_ kind: (Received) -> Word?) -> [Word] { received.compactMap(kind) }

    /// Suspends until so many messages that `kind` knows have come in all.
    @discardableResult
    public func received<Word: Sendable>(
        atLeast count: Int, _ kind: @escaping @Sendable (Received) -> Word?
    ) async -> [Word] {
        if received(kind).count < count {
            await withCheckedContinuation { awaited.append(({ self.received(kind).count >= count }, $0)) }
        }
        return received(kind)
    }

    private func messageReceived(_ message: Received) {
        received.append(message)
        switch react(message.message) {
        case .reply(let order): reply(order, to: message)
        case .later(let order): held.append((order, message))
        case .silence: break
        }
        let due = awaited.filter { $0.isTrue() }
        awaited.removeAll { $0.isTrue() }
        for (_, continuation) in due { continuation.resume() }
    }
}

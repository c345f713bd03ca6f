import RelayDomain
import RelayMessages
import RelayTransport

/// A router as far as gateways see one: grants every claim, and lets the test answer the calls.
actor FakeRouter {
    nonisolated let reactor = Reactor(name: "fake-router")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    struct Call: Sendable {
        let session: DeviceSession
        let content: DeviceCall
        let gatewayAt: Instant
        fileprivate let peer: Peer
        fileprivate let postmark: MessageHeader
    }

    /// What gateways said, in order, without the calls.
    nonisolated let messages: AsyncStream<GatewayMessage>
    nonisolated let calls: AsyncStream<Call>
    private let tellMessage: AsyncStream<GatewayMessage>.Continuation
    private let tellCall: AsyncStream<Call>.Continuation
    private let term: UInt64
    private var server: LinkServer<GatewayMessage, GatewayOrder>?
    private var granted: UInt64 = 0
    private var gateway: Peer?
    /// Far from any wall clock, so that a time of the router's is known as one.
    static let time = Instant(milliseconds: 4_000_000_000_000)
    private let start = ContinuousClock.now

    init(term: UInt64 = 1) {
        self.term = term
        (messages, tellMessage) = AsyncStream.makeStream()
        (calls, tellCall) = AsyncStream.makeStream()
    }

    func open(_ bus: TemporaryBus, name: String = "router", tables: GatewayTables = Sample.tables) throws {
        let start = start
        let now = { Self.time + (ContinuousClock.now - start) }
        let server = try LinkServer<GatewayMessage, GatewayOrder>(
            .devices, name: name, BusConfiguration([bus.address]), on: reactor, routerTime: now,
            welcome: { [term] _, _ in RouterWelcome(journal: 0, journals: 1, term: term, time: now(), name: name) })
        server.opened = { peer, _ in
            self.gateway = peer
            _ = self.server?.send(.tables(tables), to: peer)
        }
        server.received = { peer, _, message, postmark in self.received(message, postmark, from: peer) }
        self.server = server
    }

    /// Ends as a process does that is killed.
    func close() async {
        server?.close()
        server = nil
        await reactor.stop()
    }

    func answer(_ call: Call, _ reply: DeviceReply) {
        _ = server?.send(.reply(reply), MessageHeader(correlation: call.postmark.correlation), to: call.peer)
    }

    func order(_ order: GatewayOrder, times: Int = 1) {
        guard let gateway else { return }
        for _ in 0..<times { _ = server?.send(order, to: gateway) }
    }

    private func received(_ message: GatewayMessage, _ postmark: MessageHeader, from peer: Peer) {
        if case .call(let session, let content, let at) = message {
            tellCall.yield(Call(session: session, content: content, gatewayAt: at, peer: peer, postmark: postmark))
            return
        }
        tellMessage.yield(message)
        guard case .claim(let device, .unproven, let count, readiness: _) = message else { return }
        granted += 1
        let session = DeviceSession(device: device, count: count ?? ConnectionCount(term: term, number: granted))
        _ = server?.send(.claimed(session, Sample.counter), MessageHeader(correlation: postmark.correlation), to: peer)
    }
}

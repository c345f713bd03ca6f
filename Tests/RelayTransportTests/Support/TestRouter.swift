import Dispatch
import Glibc
import RelayDomain
import RelayMessages

@testable import RelayTransport

/// A router as far as its links go: echoes questions, can fall silent, and records what it sees.
actor TestRouter {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private(set) var opened: [Peer: Caller] = [:]
    private(set) var questions: [(text: String, header: MessageHeader)] = []
    private(set) var losses: [LinkLoss] = []
    private(set) var events: [SocketEvent] = []
    /// What was misread, and the name of its peer.
    private(set) var unread: [(name: String?, what: Unread)] = []
    private var server: LinkServer<Question, Answer>?
    private var waiters = Waiters()
    private var isMute = false

    init() { reactor = Reactor(name: "router") }

    @discardableResult
    func bind(
        _ configuration: BusConfiguration, name: String = "router", journal: UInt8 = 0, term: UInt64 = 1,
        time: Int64 = 1_000_000
    ) throws -> BusAddress {
        let server = try LinkServer<Question, Answer>(
            .requests, name: name, configuration, on: reactor,
            routerTime: { Instant(milliseconds: time) },
            welcome: { _, _ in
                RouterWelcome(
                    journal: journal, journals: 2, term: term, time: Instant(milliseconds: time), name: name)
            })
        self.server = server
        server.opened = { peer, caller in
            self.opened[peer] = caller
            self.waiters.check()
        }
        server.received = { peer, _, question, header in
            self.questions.append((question.text, header))
            if !self.isMute {
                _ = server.send(Answer(question.text), MessageHeader(correlation: header.correlation), to: peer)
            }
            self.waiters.check()
        }
        server.lost = { peer, reason in
            self.opened[peer] = nil
            self.losses.append(reason)
            self.waiters.check()
        }
        server.unread = { _, caller, what in
            self.unread.append((caller?.name, what))
            self.waiters.check()
        }
        server.connection = { event in
            self.events.append(event)
            self.waiters.check()
        }
        return server.address
    }

    func mute() { isMute = true }
    func send(_ text: String, correlation: UInt64 = 0, to peer: Peer) -> SendResult {
        server?.send(Answer(text), MessageHeader(correlation: correlation), to: peer) ?? .unreachable
    }
    func sendUntilRefused(_ text: String, to peer: Peer) -> SendResult {
        while true {
            let result = send(text, to: peer)
            if result != .sent { return result }
        }
    }
    /// Says something that the peer cannot read.
    func misspeak(to peer: Peer) -> SendResult { server?.send(.misspoken, to: peer) ?? .unreachable }
    func dismiss(_ peer: Peer) { server?.dismiss(peer) }
    func close() { server?.close() }

    /// Blocks the thread as a hung process would, while libzmq's own thread goes on.
    func hang(for span: Duration) {
        usleep(UInt32(span.milliseconds * 1000))
    }

    /// Blocks the thread until the test lets it go on.
    func hold(_ gate: DispatchSemaphore, _ isHeld: () -> Void) {
        isHeld()
        gate.wait()
    }

    func wait(_ isMet: @escaping @Sendable (isolated TestRouter) -> Bool) async {
        if isMet(self) { return }
        await withCheckedContinuation { waiters.add({ isMet(self) }, $0) }
    }
}

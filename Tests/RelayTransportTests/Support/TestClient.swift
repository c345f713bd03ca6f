import Glibc
import RelayDomain
import RelayMessages

@testable import RelayTransport

/// A far end as far as its links go: asks, and records what it sees.
actor TestClient {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private(set) var welcomes: [(link: Link, welcome: RouterWelcome)] = []
    private(set) var messages: [(text: String, header: MessageHeader)] = []
    private(set) var losses: [LinkLoss] = []
    private(set) var events: [SocketEvent] = []
    private(set) var unread: [Unread] = []
    private(set) var outdated: [(router: String, known: UInt64)] = []
    private var client: LinkClient<Question, Answer>?
    private var waiters = Waiters()
    private var answered = 0
    private var unasked = 0

    init() { reactor = Reactor(name: "client") }

    func start(_ configuration: BusConfiguration, name: String = "test") throws {
        let client = try LinkClient<Question, Answer>(
            .requests, configuration, hello: Hello(role: .ingress, name: name), on: reactor)
        self.client = client
        client.opened = { link, welcome in
            self.welcomes.append((link, welcome))
            self.waiters.check()
        }
        client.received = { _, answer, header in
            self.messages.append((answer.text, header))
            self.waiters.check()
        }
        client.lost = { _, reason in
            self.losses.append(reason)
            self.waiters.check()
        }
        client.outdated = { _, welcome, known in
            self.outdated.append((welcome.name, known))
            self.waiters.check()
        }
        client.unread = { _, what in
            self.unread.append(what)
            self.waiters.check()
        }
        client.connection = { _, event in
            self.events.append(event)
            self.waiters.check()
        }
    }

    var journals: [UInt8] { client?.journals ?? [] }
    var pending: Int { client?.pendingRequests ?? 0 }
    func terms(of journal: UInt8) -> UInt64? { client?.link(toJournal: journal)?.welcome.term }
    func routerNow(_ journal: UInt8 = 0) -> Instant? { client?.routerNow(journal: journal) }
    func send(_ text: String, _ header: MessageHeader = .none, toJournal journal: UInt8 = 0) -> SendResult {
        client?.send(Question(text), header, toJournal: journal) ?? .unreachable
    }
    func close() { client?.close() }

    /// Blocks the thread as a hung process would, while libzmq's own thread goes on.
    func hang(for span: Duration) {
        usleep(UInt32(span.milliseconds * 1000))
    }

    /// Asks, and waits for the end of the request.
    func request(
        _ text: String, toJournal journal: UInt8 = 0, within limit: Duration = .seconds(20)
    ) async -> Ended {
        await withCheckedContinuation { continuation in
            let result = client!.request(Question(text), toJournal: journal, within: limit) { outcome in
                continuation.resume(returning: Ended(outcome))
            }
            if result != .sent { continuation.resume(returning: .failure(.notSent(result))) }
        }
    }

    /// Keeps `window` requests under way until `count` were answered. Returns how long it took.
    func roundTrips(_ count: Int, window: Int, text: String) async -> Duration {
        answered = 0
        unasked = count
        let start = ContinuousClock.now
        for _ in 0..<min(window, count) { askNext(text) }
        await wait { $0.answered == count }
        return .now - start
    }

    private func askNext(_ text: String) {
        guard unasked > 0 else { return }
        unasked -= 1
        let result = client!.request(Question(text), toJournal: 0, within: .seconds(30)) { outcome in
            guard case .success(let answer) = outcome, answer.text == text else { return }
            self.answered += 1
            self.askNext(text)
            if self.unasked == 0 { self.waiters.check() }
        }
        if result != .sent { unasked += 1 }
    }

    func wait(_ isMet: @escaping @Sendable (isolated TestClient) -> Bool) async {
        if isMet(self) { return }
        await withCheckedContinuation { waiters.add({ isMet(self) }, $0) }
    }
}

/// A request's end, in a form that tests can compare.
enum Ended: Equatable, Sendable {
    case reply(String)
    case failure(RequestFailure)

    init(_ outcome: Result<Answer, RequestFailure>) {
        switch outcome {
        case .success(let answer): self = .reply(answer.text)
        case .failure(let failure): self = .failure(failure)
        }
    }
}

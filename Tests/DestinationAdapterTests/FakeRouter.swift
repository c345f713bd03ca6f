import Foundation
import RelayDomain
import RelayMessages
import RelayTransport

/// A router's end of `destinations` that asks what a test tells it to ask.
actor FakeRouter {
    nonisolated let reactor = Reactor(name: "fake router")
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    nonisolated let bus: TemporaryBus

    private var term: UInt64 = 0
    private var server: LinkServer<AdapterMessage, AdapterOrder>?
    private(set) var manifests: [DestinationManifest] = []
    private(set) var answers: [AdapterAnswer] = []
    private(set) var reports: [Bool] = []
    private(set) var drains = 0
    private var ready: [Peer] = []
    private var awaited: [(isTrue: () -> Bool, CheckedContinuation<Void, Never>)] = []

    init(bus: TemporaryBus) { self.bus = bus }

    /// Binds, as the journal's next writer.
    func open() throws {
        term += 1
        let term = term
        let server = try LinkServer<AdapterMessage, AdapterOrder>(
            .destinations, name: "fake", BusConfiguration([bus.address]), on: reactor, routerTime: { FakeRouter.now }
        ) { _, _ in RouterWelcome(journal: 0, journals: 1, term: term, time: FakeRouter.now, name: "fake") }
        server.received = { peer, _, message, _ in
            switch message {
            case .ready(let manifest):
                self.manifests.append(manifest)
                self.ready.append(peer)
            case .answer(let answer): self.answers.append(answer)
            case .health(let isGood): self.reports.append(isGood)
            case .draining: self.drains += 1
            }
            let due = self.awaited.filter { $0.isTrue() }
            self.awaited.removeAll { $0.isTrue() }
            for (_, continuation) in due { continuation.resume() }
        }
        server.lost = { peer, _ in self.ready.removeAll { $0 == peer } }
        self.server = server
    }

    /// Leaves, as a router does that ends.
    func close() {
        server?.close()
        server = nil
        ready = []
    }

    func authorize(_ requests: AuthorizationRequest...) {
        guard let peer = ready.first else { return }
        for request in requests { _ = server?.send(.authorize(request), to: peer) }
    }

    func order(_ orders: AdapterOrder...) {
        guard let peer = ready.first else { return }
        for order in orders { _ = server?.send(order, to: peer) }
    }

    /// Suspends until adapters have said so often in all that they take nothing more.
    func drains(atLeast count: Int) async {
        await wait { self.drains >= count }
    }

    /// Suspends until an adapter has told its destination's health so often.
    func reports(atLeast count: Int) async -> [Bool] {
        await wait { self.reports.count >= count }
        return reports
    }

    /// Suspends until an adapter has said so often in all that it is ready.
    func manifests(atLeast count: Int) async {
        await wait { self.manifests.count >= count }
    }

    /// Suspends until so many answers have come in all.
    @discardableResult
    func answers(atLeast count: Int) async -> [AdapterAnswer] {
        await wait { self.answers.count >= count }
        return answers
    }

    private func wait(_ isTrue: @escaping () -> Bool) async {
        guard !isTrue() else { return }
        await withCheckedContinuation { awaited.append((isTrue, $0)) }
    }

    func end() async {
        close()
        await reactor.stop()
    }

    /// A day ahead, so that nobody who uses a wall clock instead of router time goes unnoticed.
    static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000) + 86_400_000) }
}

import DestinationKit
import RelayDomain
import RelayMessages
import RelayTesting
import RelayTransport

/// A router as adapters see one.
package typealias FakeRouter = RelayTesting.FakeRouter<AdapterMessage, AdapterOrder>

extension FakeRouter {
    /// On a bus of its own.
    package init() throws { self.init(.destinations, bus: try TemporaryBus()) }

    /// Gives the first adapter that is ready something to do.
    package func order(_ orders: AdapterOrder...) {
        guard let peer = readyPeer else { return }
        for order in orders { send(order, to: peer) }
    }

    package func authorize(_ requests: AuthorizationRequest...) {
        guard let peer = readyPeer else { return }
        for request in requests { send(.authorize(request), to: peer) }
    }

    private var readyPeer: Peer? {
        received { if case .ready = $0.message, peers.contains($0.peer) { $0.peer } else { nil } }.first
    }

    package var manifests: [DestinationManifest] { received(Self.manifest) }
    package var answers: [AdapterAnswer] { received(Self.answer) }
    package var drains: Int { received(Self.draining).count }

    /// Suspends until an adapter has said so often in all that it is ready.
    package func manifests(atLeast count: Int) async { await received(atLeast: count, Self.manifest) }

    /// Suspends until so many answers have come in all.
    @discardableResult
    package func answers(atLeast count: Int) async -> [AdapterAnswer] { await received(atLeast: count, Self.answer) }

    /// Suspends until an adapter has told its destination's health so often.
    package func reports(atLeast count: Int) async -> [Bool] {
        await received(atLeast: count) { if case .health(let isGood) = $0.message { isGood } else { nil } }
    }

    /// Suspends until adapters have said so often in all that they take nothing more.
    package func drains(atLeast count: Int) async { await received(atLeast: count, Self.draining) }

    @Sendable private static func manifest(_ received: Received) -> DestinationManifest? {
        if case .ready(let manifest) = received.message { manifest } else { nil }
    }

    @Sendable private static func answer(_ received: Received) -> AdapterAnswer? {
        if case .answer(let answer) = received.message { answer } else { nil }
    }

    @Sendable private static func draining(_ received: Received) -> Bool? {
        if case .draining = received.message { true } else { nil }
    }
}

import RelayDomain
import RelayMessages
import RelayTesting

/// A router as an ingress sees one.
typealias FakeRouter = RelayTesting.FakeRouter<RouterRequest, RouterReply>

extension FakeRouter {
    init(
        bus: TemporaryBus, journal: UInt8 = 0, of journals: UInt8 = 1,
        react: @escaping @Sendable (RouterRequest) -> Reaction
    ) {
        self.init(.requests, bus: bus, journal: journal, of: journals, react: react)
    }

    var requests: [RouterRequest] { received.map(\.message) }

    /// Suspends until so many requests have come in all.
    func requests(atLeast count: Int) async { await received(atLeast: count) { $0.message } }
}

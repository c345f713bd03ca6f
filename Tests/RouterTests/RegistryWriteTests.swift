import RelayDomain
import RelayMessages
import RelayTesting
import RelayTransport
import Testing

/// A router that is told to stop while the registry is being written.
@Suite(.timeLimit(.minutes(2))) struct RegistryWriteTests {
    private let shop = ShopPeers.shop(terminals: 1)

    /// A router that is ready, and has the shop's first version.
    private func started(_ engine: SlowRegistryEngine, in home: String) async throws -> Running {
        try await engine.registry().write(
            try Registry(shop, version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika")))
        let router = try Running(in: home, name: "router") { _ in engine }
        try await eventually { router.isReady }
        return router
    }

    /// Only the operator's answer is still decided: a repeat that waits cannot be looked up any more, and must not be
    /// taken for a new payment.
    @Test func aRepeatThatWaitsIsNotAcceptedAsNew() async throws {
        try await withHome { home in
            let engine = SlowRegistryEngine()
            let router = try await started(engine, in: home)
            let (peers, adapter, phone) = (ShopPeers(at: try router.sockets), HangingAdapter(), Impostor())
            try await peers.open()
            try await phone.open(.requests, at: try router.sockets, as: .ingress)
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            // A payment that is over: the journal alone knows its key.
            guard case .status(let first) = try await peers.submit(),
                case .status(let canceled) = try await peers.ask({ .cancel(first.id, waitUntil: $0) })
            else { return #expect(Bool(false), "it is not canceled") }
            #expect(canceled.outcome == .failed(.canceled))

            engine.hang()
            async let applied = peers.apply(shop, basedOn: 1)
            try await eventually { engine.isWriting }
            router.task.cancel()
            try await peers.oneMoreIsWelcomed()  // By then the router has been told to stop.
            let repeated = RouterRequest.submit(ShopPeers.submission(0, bytes: 3), waitUntil: .init(milliseconds: 0))
            #expect(await phone.request(repeated) == .sent)
            try await peers.oneMoreIsWelcomed()  // By then the repeat waits.
            engine.goOn()
            guard case .registry(version: 2, shop, warnings: _) = try await applied else {
                return #expect(Bool(false), "the operator is not told")
            }
            try await eventually { router.hasEnded }
            let next = try #require(try engine.claim(journals: 1))
            #expect(next.recovered.unfinished.isEmpty, "nothing new was accepted")
            await peers.close()
            await adapter.close()
            await phone.close()
        }
    }

    /// A commit fails meanwhile: the core holds a payment that never was, and its phone's wait ends. The registry is
    /// another file, so its operator is told; nobody else is told anything.
    @Test func afterAFailedCommitTheOperatorAloneIsTold() async throws {
        try await withHome { home in
            let engine = SlowRegistryEngine()
            let router = try await started(engine, in: home)
            let (peers, adapter) = (ShopPeers(at: try router.sockets), HangingAdapter())
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }

            engine.hang()
            async let applied = peers.apply(shop, basedOn: 1)
            try await eventually { engine.isWriting }
            engine.memory.failCommits()
            async let paid = Self.result { () throws(RequestFailure) in try await peers.submit(wait: Self.wait) }
            try await eventually { engine.memory.hasFailed }
            try await Task.sleep(for: Self.wait * 2)  // The phone's wait is over.
            try await peers.oneMoreIsWelcomed()  // By then the router knows that the commit has failed.
            engine.goOn()
            guard case .registry(version: 2, shop, warnings: _) = try await applied else {
                return #expect(Bool(false), "the operator is not told")
            }
            #expect(await paid == nil, "the payment never was")
            try await eventually { router.hasEnded }
            #expect("\(try #require(router.error))".contains("the test says so"))
            #expect(await peers.commands.isEmpty)
            await peers.close()
            await adapter.close()
        }
    }

    private static let wait = Duration.milliseconds(20)

    /// What a request was answered; nil: nothing.
    private static func result(_ request: () async throws(RequestFailure) -> RouterReply) async -> RouterReply? {
        try? await request()
    }
}

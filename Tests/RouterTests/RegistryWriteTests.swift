import RelayDomain
import RelayMessages
import RelayTesting
import RelayTransport
import Testing

/// A router that is told to stop while the registry is being written.
@Suite(.timeLimit(.minutes(2))) struct RegistryWriteTests {
    /// Only the operator's answer is still decided: a repeat that waits cannot be looked up any more, and must not be
    /// taken for a new payment.
    @Test func aRepeatThatWaitsIsNotAcceptedAsNew() async throws {
        try await withHome { home in
            let engine = SlowRegistryEngine()
            let shop = ShopPeers.shop(terminals: 1)
            try await engine.registry().write(
                try Registry(shop, version: 1), by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router") { _ in engine }
            try await eventually { router.isReady }
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
}

import RelayDomain
import RelayMessages
import RelayTesting
import RelayTransport
import Testing

@testable import Router

/// What a router does when its own queue is full, and when a peer's is.
@Suite(.timeLimit(.minutes(2))) struct FullQueueTests {
    /// A router with a shop and its peers, and its journal, which the test can let hang.
    /// - Parameters:
    ///   - terminals: how many, each of which asks the destination at once.
    ///   - messagesMax: how many messages may wait for one peer.
    private func withRouter(
        terminals: Int = 1, messagesMax: Int32? = nil,
        _ body: (_ router: Running, _ peers: ShopPeers, HangingAdapter, MemoryEngine) async throws -> Void
    ) async throws {
        try await withHome { home in
            let engine = MemoryEngine()
            try await engine.registry().write(
                try Registry(ShopPeers.shop(terminals: terminals), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router", messagesMax: messagesMax) { _ in engine }
            try await eventually { router.isReady }
            let peers = ShopPeers(at: try router.sockets, terminals: terminals, submits: true)
            let adapter = HangingAdapter()
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            do {
                try await body(router, peers, adapter, engine)
            } catch {
                Issue.record(error)
            }
            engine.goOn()
            router.task.cancel()
            try await eventually { router.hasEnded }
            await peers.close()
            await adapter.close()
        }
    }

    /// A request that the adapter's socket has not taken was certainly not sent.
    @Test func anAuthorizationThatDidNotLeaveIsNotSent() async throws {
        try await withRouter(terminals: 96, messagesMax: 8) { _, peers, adapter, _ in
            adapter.hang()
            defer { adapter.goOn() }
            var last: TransactionID?
            for number in UInt8(0)..<96 {
                guard case .status(let status) = try await peers.submit(number, bytes: SealedInformation.most) else {
                    Issue.record("counter \(number) is refused")
                    return
                }
                last = status.id
            }
            let id = try #require(last)
            let reply = try await peers.ask { .query(id, waitUntil: $0 + .seconds(10)) }
            guard case .status(let status) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(status.outcome != nil && status.sent == .no, "not what an adapter has that does not answer")
        }
    }

    /// Beyond its bounds a router reads no more: what is not read waits with its peers.
    @Test func aRouterWhoseInboxIsFullReadsNoMore() async throws {
        try await withRouter { router, peers, _, engine in
            let folder = try router.sockets
            engine.hang()
            async let reply: RouterReply? = try? peers.submit()
            try await eventually { engine.isWaitedFor }
            // What may be refused takes all room of its own, ...
            let session = try #require(await peers.sessions.first?.value)
            let names = [SubmissionKeyText](repeating: SubmissionKeyText("s")!, count: DeviceCall.resumedMax)
            let resume = GatewayMessage.call(
                session, .resume([], scans: names), gatewayAt: Instant(milliseconds: 0))
            var impostors: [Impostor] = []
            for _ in 0..<2 {
                let gateway = Impostor()
                try await gateway.open(.devices, at: folder, as: .terminalGateway)
                let times = RouterInbox.mostOfOne / (names.count + 1)
                #expect(await gateway.flood(resume, times: times) == times)
                impostors.append(gateway)
            }
            // ... and an adapter's words the rest.
            let adapter = Impostor()
            try await adapter.open(.destinations, at: folder, as: .destinationAdapter)
            impostors.append(adapter)
            var (said, idle) = (0, 0)
            while said < RouterInbox.allOfOne, idle < 50 {
                let more = await adapter.flood(
                    AdapterMessage.health(isGood: true), times: RouterInbox.allOfOne - said)
                said += more
                idle = more == 0 ? idle + 1 : 0
                if more == 0 { try await Task.sleep(for: .milliseconds(10)) }
            }
            #expect(said < RouterInbox.allOfOne, "half a second without one more that is read")
            for impostor in impostors { await impostor.close() }
            router.task.cancel()
            engine.goOn()
            _ = await reply
        }
    }
}

import Foundation
import RelayDomain
import RelayMessages
import RelayTransport
import SQLiteLog
import Testing

/// At a router's real sockets a peer's hello counts with every message that follows it.
@Suite(.timeLimit(.minutes(2))) struct CallerSocketTests {
    private let terminal = Device.terminal(ShopPeers.terminal)

    /// A router with a shop of one terminal, and its rightful peers.
    private func withShop(_ body: (_ peers: ShopPeers, _ folder: String) async throws -> Void) async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(ShopPeers.shop(terminals: 1), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router")
            try await eventually { router.isReady }
            let peers = ShopPeers(at: try router.sockets)
            try await peers.open()
            try await eventually { await peers.sessions.count == 1 }
            do { try await body(peers, try router.sockets) } catch { Issue.record(error) }
            #expect(!router.hasEnded, "no peer's word ends a router")
            router.task.cancel()
            try await eventually { router.hasEnded }
            await peers.close()
        }
    }

    private func refusal(_ role: String) -> Refused {
        Refused(.notPermitted, detail: "The role \(role) may not say this.")
    }

    @Test func anIngressTakesNoTerminalsSession() async throws {
        try await withShop { peers, folder in
            let impostor = Impostor()
            try await impostor.open(.devices, at: folder, as: .ingress)
            let answer = try await impostor.ask(GatewayMessage.claim(terminal, .unproven, nil), for: GatewayOrder.self)
            #expect(answer == .claimRefused(terminal, refusal("ingress")))
            let adapter = HangingAdapter()
            try await adapter.open(at: folder)
            try await eventually { await peers.areReady }
            _ = try await peers.submit()
            try await eventually { await peers.commands.count == 1 }
            await adapter.close()
            await impostor.close()
        }
    }

    @Test func aGatewaySubmitsNothingAndAnIngressAdministersNothing() async throws {
        try await withShop { _, folder in
            let (gateway, ingress) = (Impostor(), Impostor())
            try await gateway.open(.requests, at: folder, as: .terminalGateway)
            let submission = RouterRequest.submit(
                ShopPeers.submission(0, bytes: 3), waitUntil: Instant(milliseconds: 0))
            #expect(
                try await gateway.ask(submission, for: RouterReply.self) == .refused(refusal("terminal-gateway")))
            try await ingress.open(.requests, at: folder, as: .ingress)
            let change = try #require(ShopChange(basedOn: 1, name: "Eve"))
            for request in [RouterRequest.apply(Shop(), change), .getShop(), .overview] {
                #expect(try await ingress.ask(request, for: RouterReply.self) == .refused(refusal("ingress")))
            }
            await gateway.close()
            await ingress.close()
        }
    }

    @Test func anIngressServesNoDestination() async throws {
        try await withShop { peers, folder in
            let impostor = Impostor()
            try await impostor.open(.destinations, at: folder, as: .ingress)
            let manifest = try #require(
                DestinationManifest(
                    destination: ShopPeers.bank, operations: [.payment], amountRequired: false, codesReusable: false,
                    visibilityDelay: .zero, concurrent: 9))
            #expect(await impostor.say(AdapterMessage.ready(manifest)) == .sent)
            // What this link does not carry is answered at once: what was said before it has been read by then.
            await #expect(throws: RequestFailure.unread(reason: "unexpected claim")) {
                _ = try await impostor.ask(GatewayMessage.claim(terminal, .unproven, nil), for: AdapterOrder.self)
            }
            #expect(try await peers.overview().adapters.isEmpty)
            await impostor.close()
        }
    }
}

import Foundation
import GRDB
import RelayDomain
import SQLiteJournal
import Testing

/// A router in its shell: real files, real sockets.
@Suite(.timeLimit(.minutes(1))) struct RouterShellTests {
    @Test func aRouterThatIsCancelledEndsAndAnotherTakesItsJournal() async throws {
        try await withHome { home in
            let first = try Running(in: home, name: "first")
            try await eventually { first.health.contains("writes journal 0 in term 1") }
            let second = try Running(in: home, name: "second")
            try await eventually { second.health.contains("standby") }
            first.task.cancel()
            try await eventually { first.hasEnded }
            try await eventually { second.health.contains("writes journal 0 in term 2") }
            second.task.cancel()
            try await eventually { second.hasEnded }
        }
    }

    @Test func aRegistryThatCannotBeReadIsReportedAndTheRouterGoesOn() async throws {
        try await withHome { home in
            let router = try Running(in: home, name: "router")
            try await eventually { router.isReady && router.health.contains("version 0") }
            let registry = try DatabaseQueue(path: "\(home)/registry.db")
            try await registry.write { try $0.execute(sql: "ALTER TABLE shop RENAME TO lost") }
            try await eventually { !router.isReady && router.health.contains("cannot be read, version 0 counts") }
            #expect(router.health.contains("writes journal 0"))
            try await registry.write { try $0.execute(sql: "ALTER TABLE lost RENAME TO shop") }
            try await eventually { router.isReady }
            #expect(!router.hasEnded)
            router.task.cancel()
            try await eventually { router.hasEnded }
        }
    }

    /// Restarting the router would help nobody: it is ready, and says where to look.
    @Test func aDestinationWithoutAnAdapterIsAWarning() async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            let bank = Shop.Destination(id: DestinationID("bank")!, kind: ReasonCode("http")!)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(Shop(destinations: [bank]), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router")
            try await eventually { router.health.contains(#""warning":true,"detail":"bank: no adapter is ready""#) }
            try await eventually { router.isReady }
            router.task.cancel()
            try await eventually { router.hasEnded }
        }
    }

    /// An adapter that hangs takes what its socket has room for. What it does not take was not sent, and that is certain.
    @Test func whatASocketDoesNotTakeIsNotSent() async throws {
        try await withHome { home in
            let count = 200
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(ShopPeers.shop(terminals: count), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router", messagesMax: 30)
            try await eventually { router.isReady }
            let peers = ShopPeers(at: try router.sockets, terminals: count, submits: true)
            let adapter = HangingAdapter()
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            adapter.hang()
            let outcomes = await withTaskGroup { group in
                for number in 0..<UInt8(count) {
                    group.addTask {
                        let reply = try? await peers.submit(
                            number, bytes: SealedInformation.most, wait: TransactionStateMachine.Limits.handover * 3)
                        guard case .status(let status)? = reply else { return Outcome?.none }
                        return status.outcome
                    }
                }
                return await group.reduce(into: [Outcome?]()) { $0.append($1) }
            }
            #expect(outcomes.contains(.failed(.destinationUnavailable)), "\(outcomes.compactMap(\.self).count) ended")
            #expect(outcomes.contains(nil), "what it took is not known yet")
            adapter.goOn()
            router.task.cancel()
            try await eventually { router.hasEnded }
            await peers.close()
            await adapter.close()
        }
    }

    @Test func aStandbyThatIsCancelledEnds() async throws {
        try await withHome { home in
            let writer = try Running(in: home, name: "writer")
            try await eventually { writer.health.contains("writes journal 0") }
            let standby = try Running(in: home, name: "standby")
            try await eventually { standby.health.contains("standby") }
            standby.task.cancel()
            try await eventually { standby.hasEnded }
            writer.task.cancel()
            try await eventually { writer.hasEnded }
        }
    }
}

import Foundation
import RelayDomain
import SQLiteJournal
import Testing

/// What does not leave a socket was not sent: the core hears of it, and no customer waits for an inquiry.
@Suite(.timeLimit(.minutes(2))) struct RefusedAuthorizationTests {
    private static let terminals = 250
    private static let wave = 25

    /// The adapter takes nothing more while its link stands, so its socket is full before long.
    @Test func anAuthorizationThatDoesNotLeaveIsRefusedAndNotUnknown() async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try await SQLiteRegistry(at: "\(home)/registry.db").write(
                try Registry(ShopPeers.shop(terminals: Self.terminals), version: 1),
                by: try #require(ShopChange(basedOn: 0, name: "Mika")))
            let router = try Running(in: home, name: "router", messagesMax: 64)
            try await eventually { router.isReady }
            let peers = ShopPeers(at: try router.sockets, terminals: Self.terminals, submits: true)
            let adapter = HangingAdapter()
            try await peers.open()
            try await adapter.open(at: try router.sockets)
            try await eventually { await peers.areReady }
            adapter.hang()
            let last = Self.terminals - Self.wave
            for first in stride(from: 0, to: last, by: Self.wave) {
                _ = await outcomes(of: first..<first + Self.wave, peers, wait: .zero)
            }
            let found = await outcomes(of: last..<Self.terminals, peers, wait: .seconds(8))
            #expect(found.contains(.failed(.destinationUnavailable)))
            adapter.goOn()
            router.task.cancel()
            try await eventually { router.hasEnded }
            await peers.close()
            await adapter.close()
        }
    }

    private func outcomes(of numbers: Range<Int>, _ peers: ShopPeers, wait: Duration) async -> [Outcome?] {
        await withTaskGroup(of: Outcome?.self) { group in
            for number in numbers {
                group.addTask {
                    guard
                        case .status(let status)? = try? await peers.submit(UInt8(number), bytes: 5_000, wait: wait)
                    else { return nil }
                    return status.outcome
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}

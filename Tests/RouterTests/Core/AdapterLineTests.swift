import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Those that are decided and wait for an adapter with room.
@Suite(.timeLimit(.minutes(2))) struct AdapterLineTests {
    private static let counters = (0...50).map { TerminalID("line-\($0)")! }
    private var world = World(adapterIsReady: false)

    /// One adapter, which has room for one request and does not answer it, and so many more payments behind it.
    /// - Returns: the one that was asked, and those that wait.
    private mutating func fill(_ more: Int) throws -> (asked: TransactionID, waiting: [TransactionID]) {
        var shop = World.registry.shop
        shop.terminals += Self.counters.map { .init(id: $0) }
        world.step(.registryChanged(try Registry(shop, version: 2)))
        world.ready(concurrent: 1)
        var paid: [TransactionID] = []
        for (number, counter) in Self.counters.prefix(more + 1).enumerated() {
            world.connect(.terminal(counter))
            world.submit(world.submission(at: counter, key: "key-\(number)", code: UInt8(number + 1)), wait: .zero)
            let command = try #require(world.commands.first)
            world.call(.terminal(counter), .submit(command.id, command.sealed, amount: nil, at: world.now))
            paid.append(command.id.transaction)
        }
        #expect(world.everyRequest.map(\.transaction) == [paid[0]])
        #expect(world.core.waitingForAdapter[World.bank].map { Array($0) } == Array(paid[1...]))
        return (paid[0], Array(paid[1...]))
    }

    /// An adapter that is there and never answers must not make it grow with every payment.
    @Test mutating func whoHasEndedLeavesItThoughNoAdapterHasRoom() throws {
        let (asked, waiting) = try fill(50)
        world.pass(.seconds(2))
        #expect(waiting.allSatisfy { world.outcome(of: $0) == .failed(.destinationUnavailable) })
        #expect(world.outcome(of: asked) == nil)
        #expect(world.core.waitingForAdapter[World.bank] == nil)
    }

    /// The first in it has gone; the next one's turn is what it was.
    @Test mutating func whoIsCanceledLeavesItAndTheOthersKeepTheirOrder() throws {
        let (asked, waiting) = try fill(3)
        world.cancel(waiting[0])
        world.cancel(waiting[1])
        #expect(world.core.waitingForAdapter[World.bank].map { Array($0) } == [waiting[2]])
        world.answer(asked, .approved())
        #expect(world.requests.map(\.0.transaction) == [waiting[2]])
        #expect(world.core.waitingForAdapter[World.bank] == nil)
    }

    /// What waits is not offered to it again and again, at each answer of another adapter.
    @Test func whoRefusesHasNoRoomForThoseThatWaitUntilItSpeaks() {
        var pool = AdapterPool()
        let manifest = DestinationManifest(
            destination: World.bank, operations: [.payment], amountRequired: false, codesReusable: false,
            visibilityDelay: .zero, concurrent: 100)!
        pool.ready(manifest, World.adapter)
        #expect(pool.hasRoom(World.bank))
        pool.refused(TransactionID(high: 0x019A_0000_0000_7000, low: 1 << 63, journal: 0)!, by: World.adapter)
        #expect(!pool.hasRoom(World.bank))
        pool.heard(World.adapter)
        #expect(pool.hasRoom(World.bank))
    }
}

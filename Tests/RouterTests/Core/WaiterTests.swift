import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Who waits for an outcome is answered once, in bounded time and room.
@Suite(.timeLimit(.minutes(1))) struct WaiterTests {
    private static let other = PeerNumber(55)

    private func ask(
        _ id: TransactionID, from peer: PeerNumber = World.ingress, for wait: Duration = .seconds(60),
        in world: inout World
    ) -> ReturnAddress {
        let address = world.address(peer)
        world.step(.request(.query(id, waitUntil: world.now + wait), from: .ingress, address))
        return address
    }

    @Test func whoIsGoneIsNotAnsweredAndOthersAre() {
        var world = World()
        let (phone, request) = world.askDestination()
        let stays = ask(request.transaction, from: Self.other, in: &world)
        world.step(.requesterLost(World.ingress))
        world.answer(request.transaction, .approved())
        #expect(world.answer(to: phone) == nil)
        #expect(world.status(for: stays)?.outcome == .approved())
    }

    @Test func whoIsGoneLeavesRoomForOthers() {
        var world = World()
        let (_, request) = world.askDestination()
        for _ in 0..<16 { _ = ask(request.transaction, in: &world) }
        world.step(.requesterLost(World.ingress))
        let waiting = ask(request.transaction, from: Self.other, in: &world)
        #expect(world.answer(to: waiting) == nil)
    }

    @Test func sixteenMayWaitForATransactionAndTheNextIsAnsweredAtOnce() {
        var world = World()
        let (phone, request) = world.askDestination()
        let waiting = [phone] + (0..<15).map { _ in ask(request.transaction, in: &world) }
        #expect(waiting.allSatisfy { world.answer(to: $0) == nil })
        let next = ask(request.transaction, in: &world)
        #expect(world.status(for: next)?.state == .authorizing)
        world.answer(request.transaction, .approved())
        #expect(waiting.allSatisfy { world.status(for: $0)?.outcome == .approved() })
        #expect(world.status(for: next)?.outcome == nil, "it was answered before, once")
    }

    @Test func whoseWaitIsOverIsNotAnsweredAgainWithTheOutcome() {
        var world = World()
        let (_, request) = world.askDestination()
        let short = ask(request.transaction, for: .seconds(5), in: &world)
        world.pass(.seconds(5))
        #expect(world.status(for: short)?.state == .authorizing)
        world.pass(.seconds(1))
        world.answer(request.transaction, .approved())
        #expect(world.status(for: short)?.outcome == nil)
    }

    @Test func whoseWaitEndsWithTheOutcomeIsToldTheOutcome() {
        var world = World()
        let (_, request) = world.askDestination()
        let short = ask(request.transaction, for: .seconds(5), in: &world)
        world.now = world.now + .seconds(5)  // Both in one turn.
        world.answer(request.transaction, .approved())
        #expect(world.status(for: short)?.outcome == .approved())
    }

    @Test func nobodyWaitsForMoreThanTwoMinutes() {
        var world = World()
        let (_, request) = world.askDestination()
        world.cancel(request.transaction, wait: .zero)
        let long = ask(request.transaction, for: .seconds(600), in: &world)
        world.pass(.milliseconds(119_999))
        #expect(world.answer(to: long) == nil)
        world.pass(.milliseconds(1))
        #expect(world.status(for: long)?.state == .reversing)
    }
}

import RelayDomain
import Testing

@testable import Router

/// Several adapters, good and bad ones, of one destination and of others.
@Suite struct AdapterTests {
    let other = PeerNumber(77)

    /// The next customer's payment, decided: which adapters have been handed it.
    func pay(_ world: inout World, _ number: UInt8) throws -> AuthorizationRequest {
        world.submit(world.wish(key: "key-\(number)", code: number), wait: .zero)
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        return try #require(world.requests.first?.0)
    }

    func adapter(of id: TransactionID, in world: World) -> PeerNumber? {
        for case .authorize(let request, let peer) in world.history where request.transaction == id { return peer }
        return nil
    }

    func answer(_ world: inout World, _ id: TransactionID, _ word: DestinationAnswer, by peer: PeerNumber) {
        world.step(.adapter(.answer(AdapterAnswer(id, .authorization(word), receipts: [])), peer))
    }

    @Test func oneThatDrainsIsAskedNothingMoreAndStillAnswers() throws {
        var world = World()
        let open = try pay(&world, 1).transaction
        world.ready(other)
        world.step(.adapter(.draining, World.adapter))
        for number in 2...5 as ClosedRange<UInt8> {
            world.pass(.seconds(15))  // The device is free again: what is open is unknown.
            let id = try pay(&world, number).transaction
            #expect(adapter(of: id, in: world) == other)
            answer(&world, id, .approved, by: other)
        }
        answer(&world, open, .approved, by: World.adapter)
        #expect(world.outcome(of: open) == .approved)
    }

    /// Two that died without a goodbye do not hide the third.
    @Test func eachThatRefusesIsTriedOnceAndThenLeftAlone() throws {
        var world = World()
        let third = PeerNumber(78)
        world.ready(other)
        world.ready(third)
        let request = try pay(&world, 1)
        var tried = [try #require(adapter(of: request.transaction, in: world))]
        for _ in 0..<2 {
            world.step(.authorizationNotTaken(request.transaction, tried[tried.count - 1]))
            tried.append(try #require(world.requests.first?.1))
        }
        #expect(Set(tried) == [World.adapter, other, third])
        world.step(.authorizationNotTaken(request.transaction, tried[2]))
        #expect(world.requests.isEmpty, "nobody is left")
        world.step(.adapter(.health(isGood: true), tried[1]))
        #expect(world.requests.map(\.1) == [tried[1]], "it has said something again")
        answer(&world, request.transaction, .approved, by: tried[1])
        #expect(world.outcome(of: request.transaction) == .approved)
    }

    @Test func oneThatRefusedOnceIsAskedAboutTheNext() throws {
        var world = World()
        let first = try pay(&world, 1)
        world.step(.authorizationNotTaken(first.transaction, World.adapter))
        #expect(world.requests.isEmpty)
        world.pass(.seconds(15))
        let second = try pay(&world, 2)
        #expect(adapter(of: second.transaction, in: world) == World.adapter)
    }

    @Test func anAuthorizationIsNoOlderThanItsCode() throws {
        var world = World()
        let expiresAt = world.now + .milliseconds(1_500)
        world.submit(world.wish(expiresAt: expiresAt))
        let command = try #require(world.commands.first)
        world.now = world.now + .seconds(1)
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        let request = try #require(world.requests.first?.0)
        #expect(request.notAfter == expiresAt)
        world.step(.authorizationNotTaken(request.transaction, World.adapter))
        world.now = expiresAt
        world.ready()
        #expect(world.requests.isEmpty, "the code's time is over")
        world.pass(.seconds(3))
        #expect(world.outcome(of: request.transaction) == .failed(.destinationUnavailable))
    }

    @Test func withoutAnotherTheDestinationIsUnavailable() {
        var world = World()
        world.step(.adapter(.draining, World.adapter))
        let phone = world.submit(world.wish())
        #expect(world.refusal(for: phone) == .destinationUnavailable)
    }

    @Test func oneThatCannotAskComesLastAlthoughItIsNeverBusy() throws {
        var world = World()
        let first = try pay(&world, 1).transaction
        answer(&world, first, .notSent, by: World.adapter)
        world.ready(other)
        for number in 2...4 as ClosedRange<UInt8> {
            let id = try pay(&world, number).transaction
            #expect(adapter(of: id, in: world) == other)
            answer(&world, id, .approved, by: other)
        }
    }

    @Test func inquiriesGoToEachAdapterInTurn() {
        var world = World()
        let (_, request) = world.askDestination()
        world.ready(other)
        world.pass(.seconds(15))
        var asked: [PeerNumber] = []
        for _ in 0..<12 {
            world.pass(.seconds(1))
            for case .ask(.inquire(let followUp), let peer) in world.outputs
            where followUp.transaction == request.transaction {
                asked.append(peer)
            }
        }
        #expect(Set(asked) == [World.adapter, other], "one that knows nothing is not the only one that is asked")
    }

    @Test func anAdapterHasNoSayOnAnotherDestinationsTransactions() throws {
        var world = World()
        let manifest = DestinationManifest(
            destination: DestinationID("elsewhere")!, operations: [.payment], amountRequired: false,
            codesReusable: false, visibilityDelay: .zero, concurrent: 10)!
        world.step(.adapter(.ready(manifest), other))
        let (phone, request) = world.askDestination()
        answer(&world, request.transaction, .approved, by: other)
        answer(&world, request.transaction, .approved, by: PeerNumber(78))
        #expect(world.answer(to: phone) == nil)
        #expect(world.outputs == [.count(.notYours)])
        answer(&world, request.transaction, .declined(ReasonCode("noFunds")!), by: World.adapter)
        answer(&world, request.transaction, .approved, by: other)
        #expect(world.outcome(of: request.transaction) == .declined(ReasonCode("noFunds")!))
        #expect(world.log.transactions[request.transaction]?.reconciliation == [])
    }

    @Test func whatWaitedTooLongIsNotHandedOverAnyMore() throws {
        var world = World()
        world.submit(world.wish())
        let command = try #require(world.commands.first)
        world.step(.adapterLost(World.adapter))
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        world.now = world.now + TransactionStateMachine.Limits.handover
        world.ready()  // In the same turn in which its time is over.
        #expect(world.requests.isEmpty)
        #expect(world.outcome(of: command.id.transaction) == .failed(.destinationUnavailable))
    }
}

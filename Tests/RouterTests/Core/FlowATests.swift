import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Flow A: a payment at an unpaired terminal.
@Suite(.timeLimit(.minutes(2))) struct FlowATests {
    @Test func anApprovedPaymentIsToldToPhoneAndTerminal() throws {
        var world = World()
        let phone = world.submit(world.submission(amount: euros(1_250)))
        let command = try #require(world.commands.first)
        #expect(command.what == .sendToDestination)
        #expect(world.answer(to: phone) == nil)

        let reply = world.call(
            .terminal(World.alone), .submit(command.id, command.sealed, amount: euros(1_250), at: world.now))
        #expect(reply == nil, "the answer waits for the outcome")
        let request = try #require(world.requests.first?.0)
        #expect(request.transaction == command.id.transaction)
        #expect(request.amount == euros(1_250))
        #expect(request.sealed == command.sealed)
        #expect(request.notAfter == world.now + .seconds(2))

        world.answer(request.transaction, .approved())
        let status = try #require(world.status(for: phone))
        #expect(status.outcome == .approved())
        #expect(status.sent == .yes)
        #expect(status.hopStamps.map(\.hop) == [.ingress, .router, .router, .device, .gateway, .router, .router])
        #expect(world.tellings.map(\.0) == [.terminal(World.alone)])
        #expect(world.tellings.map(\.1) == [command.id])
    }

    @Test func threeCommitsLieBetweenThePhoneAndItsAnswer() throws {
        var world = World()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved())
        #expect(world.log.events.map(\.1.kind) == [.accepted, .authorizing, .concluded])
    }

    @Test func aDeclineIsAnOutcome() throws {
        var world = World()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .declined(ReasonCode("insufficientFunds")!))
        #expect(world.status(for: phone)?.outcome == .declined(ReasonCode("insufficientFunds")!))
    }

    @Test func theReferenceIsTheAuthorizingEventsSequenceBehindTheJournal() {
        var world = World()
        let (_, request) = world.askDestination()
        #expect(request.reference.text == "000000000002")
    }

    @Test func aPhoneThatDoesNotWaitIsAnsweredAtOnce() throws {
        var world = World()
        let phone = world.submit(world.submission(), wait: .zero)
        #expect(world.status(for: phone)?.state == .commanded)
    }

    @Test func aPhoneWhoseWaitIsOverIsToldTheStateOfThen() throws {
        var world = World()
        let phone = world.submit(world.submission(), wait: .seconds(2))
        world.pass(.seconds(2))
        #expect(world.status(for: phone)?.state == .commanded)
        #expect(world.status(for: phone)?.sent == .no)
    }

    @Test func anotherTransactionMayFollowAtOnce() throws {
        var world = World()
        let (_, first) = world.askDestination()
        world.answer(first.transaction, .approved())
        let (phone, second) = world.askDestination(world.submission(key: "key-2", code: 2))
        world.answer(second.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved())
        #expect(first.reference != second.reference)
    }
}

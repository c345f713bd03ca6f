import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// What was taken stays, and who says something else is told what it was.
@Suite(.timeLimit(.minutes(2))) struct TakenWordTests {
    private func taken(_ word: String) -> DeviceReply {
        .refused(Refused(.alreadyTaken, detail: "\(word) was taken, and it stays."))
    }

    @Test(arguments: [false, true])
    func anotherSumAfterASubmitIsToldWhatWasTaken(isOver: Bool) {
        var world = World()
        let (_, request) = world.askDestination(amount: euros(100))
        if isOver { world.answer(request.transaction, .approved()) }
        let command = CommandID(request.transaction)
        func submit(_ amount: Amount?) -> DeviceCall {
            .submit(command, request.sealed, amount: amount, at: world.now)
        }
        #expect(world.call(.terminal(World.alone), submit(euros(101))) == taken("submit with 1.00 EUR"))
        #expect(world.call(.terminal(World.alone), submit(nil)) == taken("submit with 1.00 EUR"))
        #expect(
            world.call(.terminal(World.alone), submit(euros(100)))
                == (isOver ? .taken(command, world.log.transactions[request.transaction]?.status) : nil))
        #expect(world.everyRequest.map(\.amount) == [euros(100)])
    }

    @Test func aSumThatWasFoundToDifferWasTakenToo() {
        var world = World()
        world.submit(world.submission(amount: euros(100)))
        let command = world.commands[0]
        for amount in [euros(101), euros(100), euros(101)] {
            let submit = DeviceCall.submit(command.id, command.sealed, amount: amount, at: world.now)
            let reply = world.call(.terminal(World.alone), submit)
            if amount == euros(100) {
                #expect(reply == taken("submit with 1.01 EUR"))
            } else {
                #expect(reply?.outcome?.outcome == .failed(.amountMismatch))
            }
        }
    }

    @Test func aRefusalAfterASubmitIsNotTaken() {
        var world = World()
        let (_, request) = world.askDestination()
        let command = CommandID(request.transaction)
        let refusal = DeviceCall.result(command, .refused(ReasonCode("canceled")!), at: world.now)
        #expect(world.call(.terminal(World.alone), refusal) == taken("submit"))
        world.answer(request.transaction, .approved())
        #expect(world.call(.terminal(World.alone), refusal) == taken("submit"))
        #expect(world.outcome(of: request.transaction) == .approved())
    }

    @Test func aRefusalAfterTheCodeWasEnteredIsNotTaken() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        world.call(.pos(World.till), .received(command, at: world.now))
        world.call(.pos(World.till), .result(command, .entered(.approved()), at: world.now))
        let refusal = DeviceCall.result(command, .refused(ReasonCode("canceled")!), at: world.now)
        #expect(world.call(.pos(World.till), refusal) == taken("result entered"))
        #expect(world.outcome(of: command.transaction) == .approved())
    }
}

import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Transactions of long ago, whose entries were archived and pruned: nothing is damaged, and nothing is to be restored.
@Suite(.timeLimit(.minutes(2))) struct ArchivedTests {
    @Test func whatIsArchivedIsNotKeptAnyMore() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        world.archived = [request.transaction]
        let cancel = world.cancel(request.transaction)
        let unknown = Refused(.unknownTransaction, detail: RouterCore.archived)
        #expect(world.answer(to: cancel) == .refused(unknown))
        let query = world.address(World.ingress)
        world.step(.request(.query(request.transaction, waitUntil: world.now), from: .ingress, query))
        #expect(world.answer(to: query) == .refused(unknown))
        let device = world.call(
            .terminal(World.alone), .received(CommandID(request.transaction), at: world.now))
        #expect(device == .refused(Refused(.unknownCommand)), "it need not ask again")
        world.answer(request.transaction, .declined(ReasonCode("late")!))
        #expect(world.outputs.contains(.count(.unknownTransaction)), "a late word is not lost unseen")
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: next) != nil)
    }
}

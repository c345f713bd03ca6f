import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// An approval that comes after the destination has confirmed the reversal: the outcome stays, and the destination is
/// asked which of the two stands (ADR 7).
@Suite(.timeLimit(.minutes(2))) struct LateApprovalTests {
    /// A slow authorization that was canceled and reversed, and approved afterwards.
    private func reopened(_ world: inout World) -> TransactionID {
        let (_, request) = world.askDestination()
        world.cancel(request.transaction)
        world.tell(request.transaction, .reversal(.confirmed))
        #expect(world.outcome(of: request.transaction) == .reversed)
        world.answer(request.transaction, .approved())
        return request.transaction
    }

    private func marks(_ id: TransactionID, _ world: World) -> Set<ReconciliationReason> {
        world.log.transactions[id]?.reconciliation ?? []
    }

    @Test func itIsAskedAboutAndNoMarkIsSet() {
        var world = World()
        let id = reopened(&world)
        #expect(world.inquiries == [id])
        #expect(marks(id, world) == [])
        #expect(world.log.events(of: id).last == .reopened)
        #expect(world.outcome(of: id) == .reversed)
    }

    @Test(arguments: [DestinationAnswer.reversed, .declined(ReasonCode("no")!), .notFound])
    func anExplicitWordClosesIt(answer: DestinationAnswer) {
        var world = World()
        let id = reopened(&world)
        world.pass(.seconds(8))  // Past `notAfter` and the visibility delay.
        world.tell(id, .inquiry(answer))
        #expect(marks(id, world) == [])
        #expect(world.log.events(of: id).last == .answered)
        world.pass(.seconds(600))
        #expect(world.inquiries.isEmpty, "nobody is asked any more")
        #expect(world.outcome(of: id) == .reversed)
    }

    @Test(arguments: [DestinationAnswer.unknown, .pendingCustomer, .notSent])
    func whatIsNotExplicitIsAskedAgain(answer: DestinationAnswer) {
        var world = World()
        let id = reopened(&world)
        world.tell(id, .inquiry(answer))
        world.pass(.seconds(1))
        #expect(world.inquiries == [id])
        world.pass(.seconds(1))
        #expect(world.inquiries.isEmpty, "with growing spans")
        world.pass(.seconds(1))
        #expect(world.inquiries == [id])
    }

    /// One more than a router keeps an eye on is a person's.
    @Test func oneTooManyIsMarked() {
        var world = World()
        var bounds = RouterCore.Bounds()
        bounds.reopenedMax = 1
        world.core = RouterCore(world.log.recover(term: 1), registry: World.registry, bounds: bounds)
        world.start()
        let first = reopened(&world)
        #expect(marks(first, world) == [])
        let (_, request) = world.askDestination(world.submission(key: "key-2", code: 2))
        world.cancel(request.transaction)
        world.tell(request.transaction, .reversal(.confirmed))
        world.answer(request.transaction, .approved())
        #expect(marks(request.transaction, world) == [.contradictingAnswer])
        #expect(world.inquiries.isEmpty)
    }

    @Test func notFoundBeforeTheVisibilityDelayIsNoWord() {
        var world = World()
        let id = reopened(&world)
        world.tell(id, .inquiry(.notFound))
        world.pass(.seconds(1))
        #expect(world.inquiries == [id])
    }

    @Test func stillBookedIsForAPerson() {
        var world = World()
        let id = reopened(&world)
        world.tell(id, .inquiry(.approved()))
        #expect(marks(id, world) == [.contradictingAnswer])
        #expect(world.outcome(of: id) == .reversed)
        world.pass(.seconds(600))
        #expect(world.inquiries.isEmpty)
    }

    @Test func aDayOfSilenceIsForAPerson() {
        var world = World()
        let id = reopened(&world)
        for _ in 0..<1_439 { world.pass(.seconds(60)) }
        #expect(marks(id, world) == [])
        for _ in 0..<7 { world.pass(.seconds(60)) }  // With the next inquiry that is due.
        #expect(marks(id, world) == [.contradictingAnswer])
    }

    /// It was away for days, or its clock is ahead: that nobody answered it shows only when it has asked.
    @Test func aRouterThatTakesOverLateAsksBeforeItGivesUp() {
        var world = World()
        let id = reopened(&world)
        world.now = world.now + .seconds(3 * 86_400)
        world.restart()
        #expect(world.inquiries == [id])
        #expect(marks(id, world) == [])
        world.tell(id, .inquiry(.reversed))
        world.pass(.seconds(7_200))
        #expect(marks(id, world) == [])
    }

    @Test func aRestartForgetsNothingOfIt() {
        var world = World()
        let id = reopened(&world)
        world.restart()
        #expect(world.inquiries == [id], "asked as soon as an adapter is ready")
        world.tell(id, .inquiry(.reversed))
        world.restart()
        #expect(world.inquiries.isEmpty)
        #expect(marks(id, world) == [])
    }

    @Test func whatAPersonClosesMeanwhileIsNotUndone() {
        var world = World()
        let id = reopened(&world)
        world.restart(restored: true)
        world.tell(id, .inquiry(.approved()))
        world.reconcile(id, nil)
        #expect(marks(id, world) == [])
        world.answer(id, .approved())  // The late word once more.
        #expect(world.inquiries == [id], "a new question")
        world.tell(id, .inquiry(.reversed))
        #expect(marks(id, world) == [])
    }

    @Test func anApprovalInTheTurnOfTheReversalReopensToo() {
        var world = World()
        let (_, request) = world.askDestination()
        let id = request.transaction
        world.cancel(id)
        func said(_ word: AdapterAnswer.Word) -> RouterInput {
            .adapter(.answer(AdapterAnswer(id, word, hopStamps: [])), from: .adapter, World.adapter)
        }
        world.step(said(.reversal(.confirmed)), said(.authorization(.approved())))
        #expect(world.outcome(of: id) == .reversed)
        #expect(marks(id, world) == [])
        world.tell(id, .inquiry(.reversed))
        #expect(world.log.events(of: id).last == .answered)
    }

    /// An inquiry that was under way before says how things stood before.
    @Test(arguments: [DestinationAnswer.approved(), .notFound, .reversed])
    func anAnswerToAnOlderInquirySettlesNothing(answer: DestinationAnswer) {
        var world = World()
        let before = world.now - .milliseconds(1)
        let id = reopened(&world)
        world.pass(.seconds(20))
        world.tell(id, .inquiry(answer), takenUpAt: before)
        #expect(marks(id, world) == [])
        #expect(world.log.events(of: id).last == .reopened, "the question stays open")
        world.tell(id, .inquiry(.declined(ReasonCode("no")!)), takenUpAt: world.now)
        #expect(world.log.events(of: id).last == .answered)
    }

    /// It was looked for before it could be seen, however long the answer took.
    @Test func notFoundCountsFromWhenItWasLookedFor() {
        var world = World()
        let id = reopened(&world)
        let early = world.now
        world.pass(.seconds(20))
        world.tell(id, .inquiry(.notFound), takenUpAt: early)
        #expect(world.log.events(of: id).last == .reopened)
        world.tell(id, .inquiry(.notFound), takenUpAt: world.now)
        #expect(world.log.events(of: id).last == .answered)
    }

    @Test func answersThatSettleNothingCostNoMemory() {
        var world = World()
        let id = reopened(&world)
        let before = world.core.deadlines.count
        for _ in 0..<1_000 { world.tell(id, .inquiry(.unknown)) }
        #expect(world.core.deadlines.count == before)
        for _ in 0..<50 { world.pass(.seconds(60)) }
        #expect(world.core.deadlines.count <= before + 1)
    }

    @Test func whatAnAdapterRemembersTravelsWithTheNextInquiry() {
        var world = World()
        let id = reopened(&world)
        let state = AdapterState([7])!
        world.tell(id, .inquiry(.unknown), state: state)
        world.pass(.seconds(1))
        let carried = world.asked.compactMap {
            if case .inquire(let followUp) = $0 { followUp.adapterState } else { nil }
        }
        #expect(carried == [state])
    }
}

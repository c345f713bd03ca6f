import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Silence leads to inquiry, inquiry to an outcome or to a reversal.
@Suite(.timeLimit(.minutes(2))) struct InquiryTests {
    /// A transaction of which nobody knows what the destination decided.
    func unknown(_ world: inout World) -> TransactionID {
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))
        #expect(world.state(of: request.transaction) == .unknown)
        return request.transaction
    }

    @Test func inquiriesComeAfterTheirSpansUntilAMinuteIsOver() {
        var world = World()
        let id = unknown(&world)
        var spans: [Int64] = []
        var last = world.now
        for _ in 0..<59 {
            world.pass(.seconds(1))
            guard world.inquiries == [id] else { continue }
            spans.append((world.now - last).milliseconds / 1_000)
            last = world.now
        }
        #expect(spans == [3, 3, 3, 5, 5, 5, 10, 10, 10])
        world.pass(.seconds(1))
        #expect(world.state(of: id) == .reversing)
        #expect(world.reversals.map(\.0) == [id])
        #expect(world.everyRequest.count == 1, "nobody is asked for a second authorization")
    }

    @Test(arguments: [DestinationAnswer.approved, .declined(ReasonCode("insufficientFunds")!)])
    func anExplicitAnswerEndsIt(answer: DestinationAnswer) {
        var world = World()
        let id = unknown(&world)
        world.pass(.seconds(3))
        world.tell(id, .inquiry(answer))
        let expected: Outcome = answer == .approved ? .approved : .declined(ReasonCode("insufficientFunds")!)
        #expect(world.outcome(of: id) == expected)
    }

    @Test func notFoundIsNoNewsWhileTheRequestMayBeOnItsWay() {
        var world = World()
        let id = unknown(&world)  // 15 s after the decision: past `notAfter` (2 s) and the manifest's delay (5 s).
        world.tell(id, .inquiry(.notFound))
        #expect(world.state(of: id) == .reversing)

        var early = World()
        let (_, request) = early.askDestination()
        early.step(.adapterLost(World.adapter))
        early.ready()
        early.pass(.seconds(6))
        early.tell(request.transaction, .inquiry(.notFound))
        #expect(early.state(of: request.transaction) == .unknown, "2 s and 5 s are not over")
        early.pass(.seconds(1))
        early.tell(request.transaction, .inquiry(.notFound))
        #expect(early.state(of: request.transaction) == .reversing)
    }

    @Test func notSentAnswersAnAuthorizationOnly() {
        var world = World()
        let id = unknown(&world)
        world.tell(id, .inquiry(.notSent))
        #expect(world.state(of: id) == .unknown)
        world.answer(id, .notSent)
        #expect(world.outcome(of: id) == .failed(.notSent))
    }

    @Test func withoutAnAdapterTheFirstThatIsReadyIsAsked() {
        var world = World()
        let (_, request) = world.askDestination()
        world.step(.adapterLost(World.adapter))
        world.pass(.seconds(3))
        #expect(world.inquiries.isEmpty)
        world.ready(PeerNumber(9))
        #expect(world.inquiries == [request.transaction])
    }

    @Test func aCustomerIsWaitedForUntilHisLimit() {
        var world = World()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .pendingCustomer)
        #expect(world.state(of: request.transaction) == .pendingCustomer)
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.refusal(for: next) == .deviceBusy, "the customer stands at the counter")
        world.pass(.seconds(3))
        #expect(world.inquiries == [request.transaction])
        world.tell(request.transaction, .inquiry(.pendingCustomer))
        world.pass(.seconds(116))
        #expect(world.state(of: request.transaction) == .pendingCustomer)
        world.pass(.seconds(1))
        #expect(world.state(of: request.transaction) == .unknown)
        world.tell(request.transaction, .inquiry(.pendingCustomer))
        #expect(world.state(of: request.transaction) == .unknown, "the limit counts from the first entry")
        world.pass(.seconds(60))
        #expect(world.state(of: request.transaction) == .reversing)
        world.tell(request.transaction, .reversal(.confirmed))
        #expect(world.outcome(of: request.transaction) == .reversed)
        _ = phone
    }

    /// To and fro between the two states: 120 s from the first `pendingCustomer`, 60 s from the first `unknown`.
    @Test func limitsDoNotBeginAnewWhenAStateIsEnteredAgain() {
        var world = World()
        let (_, request) = world.askDestination()
        let id = request.transaction
        world.answer(id, .pendingCustomer)
        world.pass(.seconds(100))
        world.tell(id, .inquiry(.unknown))
        #expect(world.state(of: id) == .unknown)
        world.pass(.seconds(10))
        world.tell(id, .inquiry(.pendingCustomer))
        world.pass(.milliseconds(9_999))
        #expect(world.state(of: id) == .pendingCustomer)
        world.pass(.milliseconds(1))
        #expect(world.state(of: id) == .unknown, "120 s after the first time")
        world.pass(.milliseconds(39_999))
        #expect(world.state(of: id) == .unknown)
        world.pass(.milliseconds(1))
        #expect(world.state(of: id) == .reversing, "60 s after the first time")
    }

    @Test func unknownLeadsToTheCustomerWithoutTakingTheDeviceAgain() {
        var world = World()
        let id = unknown(&world)
        let other = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: other)?.state == .commanded)
        world.tell(id, .inquiry(.pendingCustomer))
        #expect(world.state(of: id) == .pendingCustomer)
        world.restart()
        let third = world.submit(world.submission(key: "key-3", code: 3), wait: .zero)
        #expect(world.refusal(for: third) == .deviceBusy, "by the second, not by the first")
        world.tell(id, .inquiry(.approved))
        #expect(world.outcome(of: id) == .approved)
    }

    @Test func whatTheAdapterWantsToRememberComesBackToAnyAdapter() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.tell(request.transaction, .authorization(.unknown), state: AdapterState([4, 2]))
        world.restart()
        guard case .inquire(let followUp)? = world.asked.first else {
            Issue.record("after a restart the first ready adapter is asked")
            return
        }
        #expect(followUp.adapterState == AdapterState([4, 2]))
        #expect(followUp.reference == request.reference)
        #expect(followUp.amount == request.amount)
    }

    /// An adapter that changes its state with each word, or its mind, fills no journal.
    @Test(arguments: [false, true])
    func anAdaptersWordsMakeABoundedNumberOfEvents(changesItsMind: Bool) {
        var world = World()
        let (_, request) = world.askDestination()
        let id = request.transaction
        for number in 0..<3_000 {
            let state = AdapterState([UInt8(number & 0xFF), UInt8(number >> 8)])
            let word: DestinationAnswer = changesItsMind && number.isMultiple(of: 2) ? .pendingCustomer : .unknown
            world.tell(id, .inquiry(word), state: state)
        }
        #expect(world.log.transactions[id].map { $0.version <= RouterCore.Bounds().wordsMax + 2 } == true)
        world.tell(id, .inquiry(.approved))
        #expect(world.outcome(of: id) == .approved, "what settles it is written all the same")
    }
}

@Suite(.timeLimit(.minutes(2))) struct ReversalTests {
    @Test func whatAnAdapterSaysWhileItReversesMakesABoundedNumberOfEvents() {
        var world = World()
        let id = reversing(&world)
        for _ in 0..<3_000 { world.tell(id, .inquiry(.approved)) }
        #expect(world.log.transactions[id].map { $0.version <= RouterCore.Bounds().wordsMax + 2 } == true)
        world.tell(id, .reversal(.confirmed))
        #expect(world.outcome(of: id) == .reversed)
    }

    /// A destination that goes back and forth after the reversal is a person's.
    @Test func aQuestionIsReopenedABoundedNumberOfTimes() {
        var world = World()
        let id = reversing(&world)
        world.tell(id, .reversal(.confirmed))
        for _ in 0..<3_000 {
            world.tell(id, .inquiry(.approved))
            world.tell(id, .inquiry(.reversed))
        }
        let transaction = world.log.transactions[id]
        #expect(transaction.map { $0.version <= RouterCore.Bounds().wordsMax + 3 } == true)
        #expect(transaction?.reconciliation == [.contradictingAnswer])
        #expect(transaction?.outcome == .reversed)
    }

    /// A transaction that its destination is told to take back.
    func reversing(_ world: inout World) -> TransactionID {
        let (phone, request) = world.askDestination()
        _ = phone
        let cancel = world.cancel(request.transaction)
        #expect(world.answer(to: cancel) == nil, "the outcome is not there yet")
        #expect(world.state(of: request.transaction) == .reversing)
        #expect(world.reversals.map(\.isRepeat) == [false])
        return request.transaction
    }

    @Test func itIsRepeatedEverMoreSlowlyAndSaysSo() {
        var world = World()
        let id = reversing(&world)
        var spans: [Int64] = []
        var last = world.now
        for _ in 0..<1_300 {
            world.pass(.seconds(1))
            guard !world.reversals.isEmpty else { continue }
            #expect(world.reversals.map(\.isRepeat) == [true])
            spans.append((world.now - last).milliseconds / 1_000)
            last = world.now
        }
        #expect(spans == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        world.pass(.seconds(86_400))
        last = world.now
        world.pass(.seconds(3_599))
        #expect(world.reversals.isEmpty)
        world.pass(.seconds(1))
        #expect(world.reversals.map(\.0) == [id], "after a day, once an hour")
        world.tell(id, .reversal(.confirmed))
        #expect(world.outcome(of: id) == .reversed)
    }

    @Test func anAdapterThatIsReadyIsToldAtOnce() {
        var world = World()
        let id = reversing(&world)
        world.step(.adapterLost(World.adapter))
        world.pass(.seconds(40))
        world.ready(PeerNumber(9))
        #expect(world.reversals.map(\.0) == [id])
        world.pass(.seconds(1))
        #expect(world.reversals.map(\.0) == [id], "the back-off begins anew")
    }

    @Test func aDestinationThatIsWellAgainIsToldAtOnce() {
        var world = World()
        let id = reversing(&world)
        for _ in 0..<6 { world.pass(.seconds(1)) }
        #expect(world.asked.contains(.askHealth) || world.history.contains(.orderAdapter(.askHealth, World.adapter)))
        world.step(.adapter(.health(isGood: false), from: .adapter, World.adapter))
        #expect(world.reversals.isEmpty)
        world.step(.adapter(.health(isGood: true), from: .adapter, World.adapter))
        #expect(world.reversals.map(\.0) == [id])
        world.tell(id, .reversal(.confirmed))
        world.pass(.seconds(60))
        #expect(world.asked.isEmpty, "nobody asks for health while nothing is open")
    }

    @Test func answersThatComeMeanwhileAreOnlyRecorded() {
        var world = World()
        let id = reversing(&world)
        world.answer(id, .approved)
        #expect(world.outcome(of: id) == nil)
        #expect(world.log.events(of: id).last == .answered)
        world.tell(id, .reversal(.confirmed))
        #expect(world.outcome(of: id) == .reversed)
        #expect(world.log.transactions[id]?.reconciliation == [])
    }

    @Test func aRefusedReversalWaitsForAPersonAndIsTriedOn() {
        var world = World()
        let id = reversing(&world)
        world.tell(id, .reversal(.refused(ReasonCode("settled")!)))
        world.tell(id, .reversal(.refused(ReasonCode("settled")!)))
        #expect(world.state(of: id) == .reversing)
        #expect(world.log.transactions[id]?.reconciliation == [.reversalRefused])
        #expect(world.log.events(of: id).filter { $0 == .marked }.count == 1)
        world.pass(.seconds(1))
        #expect(world.reversals.map(\.0) == [id])
        let vague = world.reconcile(id, nil)
        #expect(world.refusal(for: vague) == .malformed, "the person has to say how it ended")
        let closed = world.reconcile(id, .approved)
        #expect(world.status(for: closed)?.outcome == .approved)
        #expect(world.log.transactions[id]?.reconciliation == [])
        #expect(world.log.events(of: id).suffix(2) == [.reconciled, .concluded])
    }

    @Test func aLateConfirmationContradictsWhatAPersonSaid() {
        var world = World()
        let id = reversing(&world)
        world.tell(id, .reversal(.refused(ReasonCode("settled")!)))
        world.reconcile(id, .approved)
        world.tell(id, .reversal(.confirmed))
        #expect(world.outcome(of: id) == .approved)
        #expect(world.log.transactions[id]?.reconciliation == [.contradictingAnswer])
        let closed = world.reconcile(id, nil)
        #expect(world.status(for: closed)?.reconciliation == [])
        let again = world.reconcile(id, nil)
        #expect(world.refusal(for: again) == .nothingToReconcile)
        let other = world.reconcile(id, .reversed)
        #expect(world.refusal(for: other) == .alreadyFinal, "an outcome never changes")
    }

    @Test func whatMovesByItselfIsNoPersonsToClose() {
        var world = World()
        let (_, request) = world.askDestination()
        let early = world.reconcile(request.transaction, .approved)
        #expect(world.refusal(for: early) == .nothingToReconcile)
    }

    @Test func aReversalThatNobodyRefusedIsAPersonsToCloseAfterADay() {
        var world = World()
        let id = reversing(&world)
        let early = world.reconcile(id, .approved)
        #expect(world.refusal(for: early) == .nothingToReconcile, "it may be on its way")
        #expect(world.state(of: id) == .reversing)
        world.pass(TransactionStateMachine.Limits.reversalSoon)
        let late = world.reconcile(id, .reversed)
        #expect(world.status(for: late)?.outcome == .reversed)
    }

    @Test func aRestartGoesOnReversingAndCallsItARepeat() {
        var world = World()
        let id = reversing(&world)
        world.restart()
        #expect(world.reversals.map(\.0) == [id])
        #expect(world.reversals.map(\.isRepeat) == [true])
        #expect(world.everyRequest.count == 1)
    }
}

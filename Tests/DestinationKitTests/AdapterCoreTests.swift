import DestinationTesting
import RelayDomain
import Testing

@testable import DestinationKit

/// What an adapter decides, played without a socket.
@Suite(.timeLimit(.minutes(2))) struct AdapterCoreTests {
    let start = ContinuousClock.now
    let now = Instant(milliseconds: 1_796_000_000_000)

    func request(_ number: UInt64, operation: Operation = .payment, in span: Duration = .seconds(2)) throws
        -> AuthorizationRequest
    {
        try .sample(number, operation: operation, notAfter: now + span)
    }

    func makeCore(concurrent: Int = 8) -> AdapterCore {
        var core = AdapterCore(.sample(), concurrent: concurrent)
        _ = core.step([.opened(journal: 0)], now: start)
        return core
    }

    func sent(_ outputs: [AdapterCore.Output]) -> [DestinationAnswer] {
        outputs.compactMap {
            if case .send(let answer, _) = $0, case .authorization(let word) = answer.word { word } else { nil }
        }
    }

    func asked(_ outputs: [AdapterCore.Output]) -> Int {
        outputs.count { if case .authorize = $0 { true } else { false } }
    }

    @Test func aRequestIsAskedWithItsDeadlineByTheMonotonicClock() throws {
        var core = makeCore()
        let request = try request(1)
        #expect(
            core.step([.ordered(request, routerNow: now, at: start)], now: start) == [
                .authorize(request, deadline: start + .seconds(2))
            ]
        )
        let outputs = core.step([.answered(request.transaction, .approved(), nil)], now: start + .milliseconds(300))
        guard case .send(let answer, journal: 0) = outputs.first else {
            Issue.record("\(outputs)")
            return
        }
        #expect(answer.word == .authorization(.approved()))
        #expect(
            answer.hopStamps == [
                HopStamp(.adapter, .received, at: now), HopStamp(.adapter, .forwarded, at: now),
                HopStamp(.destination, .answered, at: now + .milliseconds(300)),
            ])
    }

    @Test func whatComesTooLateIsNotAsked() throws {
        var core = makeCore()
        #expect(
            sent(core.step([.ordered(try request(1, in: .zero), routerNow: now, at: start)], now: start)) == [.notSent])
        #expect(
            sent(core.step([.ordered(try request(2, in: .milliseconds(-1)), routerNow: now, at: start)], now: start))
                == [.notSent]
        )
    }

    /// A process that is stopped between reading a request and its step.
    @Test func whatWasReadBeforeAPauseIsNotAskedAfterIt() throws {
        var core = makeCore()
        let order = AdapterCore.Input.ordered(try request(1, in: .seconds(2)), routerNow: now, at: start)
        #expect(sent(core.step([order], now: start + .seconds(10))) == [.notSent])
    }

    @Test func aRepeatIsNeverAskedAgainAndNeverCalledNotSent() throws {
        var core = makeCore()
        let order = AdapterCore.Input.ordered(try request(1), routerNow: now, at: start)
        let late = AdapterCore.Input.ordered(try request(1), routerNow: now + .seconds(5), at: start)
        #expect(asked(core.step([order, order, late], now: start)) == 1)
        #expect(core.step([late], now: start + .seconds(5)) == [])
        let transaction = TransactionID.sample(1)
        #expect(sent(core.step([.answered(transaction, .approved(), nil)], now: start + .seconds(6))) == [.approved()])
        #expect(sent(core.step([late], now: start + .seconds(7))) == [.approved()])
        #expect(core.step([.answered(transaction, .declined(ReasonCode("x")!), nil)], now: start + .seconds(7)) == [])
    }

    @Test func moreThanTheManifestSaysWaitForRoomInTheirTurn() throws {
        var core = makeCore(concurrent: 2)
        let requests = try (1...4).map { try request($0) }
        let outputs = core.step(requests.map { .ordered($0, routerNow: now, at: start) }, now: start)
        #expect(asked(outputs) == 2)
        #expect(sent(outputs) == [])
        let next = core.step([.answered(.sample(1), .approved(), nil)], now: start + .seconds(1))
        #expect(next.contains(.authorize(requests[2], deadline: start + .seconds(2))))
        #expect(asked(next) == 1)
        #expect(core.nextDue == start + .seconds(2))
        #expect(sent(core.step([], now: start + .seconds(2))) == [.notSent], "its time is over, and it was not asked")
        let late = core.step([.answered(.sample(2), .approved(), nil)], now: start + .seconds(3))
        #expect(asked(late) == 0)
        #expect(core.underWay == 1)
    }

    @Test func whatWaitsWhenTheAdapterDrainsIsNotAsked() throws {
        var core = makeCore(concurrent: 1)
        let orders = try (1...2).map { AdapterCore.Input.ordered(try request($0), routerNow: now, at: start) }
        _ = core.step(orders, now: start)
        #expect(sent(core.step([.draining], now: start)) == [.notSent])
        #expect(asked(core.step([.answered(.sample(1), .approved(), nil)], now: start)) == 0)
        #expect(core.underWay == 0)
    }

    @Test func theLineIsBounded() throws {
        var core = makeCore(concurrent: 1)
        let most = UInt64(AdapterCore.waitingMax) + 2
        let orders = try (1...most).map { AdapterCore.Input.ordered(try request($0), routerNow: now, at: start) }
        #expect(sent(core.step(orders, now: start)) == [.notSent])
    }

    @Test func aRequestForSomebodyElseIsNotAsked() throws {
        var core = makeCore()
        let other = try AuthorizationRequest.sample(
            1, destination: DestinationID("other")!, notAfter: now + .seconds(2))
        let redeem = try request(2, operation: .redeem)
        for request in [other, redeem] {
            let outputs = core.step([.ordered(request, routerNow: now, at: start)], now: start)
            #expect(outputs.contains(.misdirected(request.transaction, request.destination)))
            #expect(sent(outputs) == [.notSent])
        }
    }

    @Test func aSumThatTheOperationCannotBeAboutIsNotAsked() throws {
        var core = makeCore()
        let stars = Amount.Unit.points(ProgramID("stars")!)
        let euros = Amount.Unit.currency(CurrencyCode("EUR")!)
        let senseless: [(Operation, Amount)] = [
            (.payment, Amount(minorUnits: 100, unit: stars)!), (.accrue, Amount(minorUnits: 100, unit: euros)!),
            (.payment, Amount(minorUnits: 0, unit: euros)!),
        ]
        for (number, (operation, amount)) in zip((1 as UInt64)..., senseless) {
            let request = try AuthorizationRequest.sample(
                number, operation: operation, amount: amount, notAfter: now + .seconds(2))
            let outputs = core.step([.ordered(request, routerNow: now, at: start)], now: start)
            #expect(outputs.contains(.senseless(request.transaction, operation, amount)))
            #expect(sent(outputs) == [.notSent])
            #expect(asked(outputs) == 0)
        }
        var generous = AdapterCore(.sample(zeroPayments: true), concurrent: 8)
        let free = try AuthorizationRequest.sample(
            9, amount: Amount(minorUnits: 0, unit: euros), notAfter: now + .seconds(2))
        #expect(
            asked(generous.step([.opened(journal: 0), .ordered(free, routerNow: now, at: start)], now: start)) == 1)
    }

    @Test(arguments: [DestinationAnswer.notFound, .reversed])
    func whatAnswersAnInquiryAloneIsNoDecision(answer: DestinationAnswer) throws {
        var core = makeCore()
        _ = core.step([.ordered(try request(1), routerNow: now, at: start)], now: start)
        #expect(sent(core.step([.answered(.sample(1), answer, nil)], now: start)) == [.unknown])
        _ = core.step([.sent(task(1), routerNow: now)], now: start)
        #expect(words(core.step([.returned(task(1), .inquiry(answer), nil)], now: start)) == [.inquiry(answer)])
    }

    @Test func anAnswerWaitsForTheJournalsNextRouter() throws {
        var core = makeCore()
        _ = core.step([.ordered(try request(1), routerNow: now, at: start)], now: start)
        #expect(core.step([.lost(journal: 0)], now: start) == [])
        #expect(core.step([.answered(.sample(1), .approved(), nil)], now: start + .seconds(1)) == [])
        #expect(core.step([.opened(journal: 1)], now: start + .seconds(2)) == [])
        #expect(sent(core.step([.opened(journal: 0)], now: start + .seconds(3))) == [.approved()])
        #expect(core.step([.opened(journal: 0)], now: start + .seconds(4)) == [])
    }

    @Test func anAnswerThatNobodyWaitsForAnyMoreIsDropped() throws {
        var core = makeCore()
        _ = core.step([.ordered(try request(1), routerNow: now, at: start), .lost(journal: 0)], now: start)
        _ = core.step([.answered(.sample(1), .approved(), nil)], now: start)
        #expect(core.step([.opened(journal: 0)], now: start + AdapterCore.unsentFor + .seconds(1)) == [])
    }

    @Test func whatALinkCarriedWhileItDiedIsSentAgain() throws {
        var core = makeCore()
        for number in 1...2 as ClosedRange<UInt64> {
            _ = core.step([.ordered(try request(number), routerNow: now, at: start)], now: start)
        }
        #expect(sent(core.step([.answered(.sample(1), .approved(), nil)], now: start)) == [.approved()])
        #expect(sent(core.step([.answered(.sample(2), .unknown, nil)], now: start + .seconds(3))) == [.unknown])
        _ = core.step([.lost(journal: 0)], now: start + .seconds(6))
        #expect(sent(core.step([.opened(journal: 0)], now: start + .seconds(7))) == [.unknown])
    }

    @Test func anAnswerThatAFullSocketDidNotTakeIsTriedAgain() throws {
        var core = makeCore()
        _ = core.step(
            [.ordered(try request(1), routerNow: now, at: start), .answered(.sample(1), .approved(), nil)], now: start)
        #expect(core.step([.unsent(.sample(1))], now: start) == [])
        let due = try #require(core.nextDue)
        #expect(due == start + AdapterCore.retryAfter)
        #expect(sent(core.step([], now: due)) == [.approved()])
    }

    @Test func whatWasAnsweredLongAgoIsForgotten() throws {
        var core = makeCore()
        let order = AdapterCore.Input.ordered(try request(1, in: .seconds(100)), routerNow: now, at: start)
        _ = core.step([order, .answered(.sample(1), .approved(), nil)], now: start)
        #expect(sent(core.step([order], now: start + AdapterCore.rememberedFor)) == [.approved()])
        #expect(asked(core.step([order], now: start + AdapterCore.rememberedFor + .seconds(1))) == 1)
    }

    @Test func whoLeavesTakesNothingMoreOn() throws {
        var core = makeCore()
        _ = core.step([.ordered(try request(1), routerNow: now, at: start), .draining], now: start)
        #expect(sent(core.step([.ordered(try request(2), routerNow: now, at: start)], now: start)) == [.notSent])
        #expect(core.asking == 1)
        #expect(sent(core.step([.answered(.sample(1), .approved(), nil)], now: start)) == [.approved()])
        #expect(core.asking == 0)
    }

    func task(_ number: UInt64, _ what: FollowUpTask.What = .inquiry, state: AdapterState? = nil) -> FollowUpTask {
        FollowUpTask(followUp: .sample(number, state: state), what: what, isRepeat: false)
    }

    func carriedOut(_ outputs: [AdapterCore.Output]) -> [FollowUpTask] {
        outputs.compactMap { if case .carryOut(let task) = $0 { task } else { nil } }
    }

    func words(_ outputs: [AdapterCore.Output]) -> [AdapterAnswer.Word] {
        outputs.compactMap { if case .send(let answer, _) = $0 { answer.word } else { nil } }
    }

    @Test func followUpsWaitTheirTurnAndOneUnderWayIsNotBegunTwice() {
        var core = AdapterCore(.sample(concurrent: 2), concurrent: 2)
        _ = core.step([.opened(journal: 0)], now: start)
        let all = (1...3).map { AdapterCore.Input.sent(task($0), routerNow: now) }
        #expect(carriedOut(core.step(all + all, now: start)).map(\.followUp.transaction) == [.sample(1), .sample(2)])
        let outputs = core.step([.returned(task(1), .inquiry(.notFound), nil)], now: start)
        #expect(words(outputs) == [.inquiry(.notFound)])
        #expect(carriedOut(outputs).map(\.followUp.transaction) == [.sample(3)])
        #expect(core.step([.returned(task(1), .inquiry(.approved()), nil)], now: start) == [], "it is done with")
        #expect(carriedOut(core.step([.sent(task(1), routerNow: now)], now: start)).isEmpty, "no room")
        #expect(core.underWay == 2)
    }

    @Test func aRepeatIsNotBegunThoughThereIsRoom() {
        var core = makeCore()
        let twice = [AdapterCore.Input](repeating: .sent(task(1), routerNow: now), count: 2)
        #expect(carriedOut(core.step(twice, now: start)) == [task(1)])
        #expect(carriedOut(core.step(twice, now: start)).isEmpty)
        #expect(core.underWay == 1)
    }

    @Test func anInquiryAndAReversalOfOneTransactionDoNotWaitForEachOther() {
        var core = makeCore()
        let both = [task(1), task(1, .reversal)]
        #expect(carriedOut(core.step(both.map { .sent($0, routerNow: now) }, now: start)) == both)
    }

    @Test func whatIsTooMuchIsAnsweredAtOnce() {
        var core = AdapterCore(.sample(concurrent: 1), concurrent: 1)
        _ = core.step([.opened(journal: 0)], now: start)
        let most = UInt64(FollowUpQueue.waitingMax) + 2
        let outputs = core.step((1...most).map { .sent(task($0, .reversal), routerNow: now) }, now: start)
        #expect(words(outputs) == [.reversal(.unknown)])
    }

    @Test func theAnswerToAFollowUpIsNotKept() {
        var core = makeCore()
        _ = core.step([.sent(task(1), routerNow: now), .lost(journal: 0)], now: start)
        #expect(core.step([.returned(task(1), .inquiry(.approved()), nil)], now: start) == [])
        #expect(core.step([.opened(journal: 0)], now: start) == [], "its router asks again")
    }

    @Test func whatAnAdapterWantsToRememberTravelsWithTheAnswer() throws {
        var core = makeCore()
        _ = core.step([.ordered(try request(1), routerNow: now, at: start)], now: start)
        let outputs = core.step([.answered(.sample(1), .unknown, AdapterState([1, 2]))], now: start)
        guard case .send(let answer, _)? = outputs.first else {
            Issue.record("\(outputs)")
            return
        }
        #expect(answer.adapterState == AdapterState([1, 2]))
    }

    @Test func aQueueKeepsItsOrderHoweverLongItIs() {
        var queue = Queue<Int>()
        for number in 0..<5_000 { queue.append(number) }
        for number in 0..<4_000 {
            #expect(queue.first == number)
            queue.removeFirst()
        }
        #expect(Array(queue.reversed()) == (4_000..<5_000).reversed())
    }

    // MARK: - CallTimeouts

    @Test func aDestinationThatTakesTooLongIsGivenUpOnce() throws {
        var core = makeCore()
        let inquiry = FollowUpTask(followUp: .sample(2), what: .inquiry, isRepeat: false)
        _ = core.step(
            [
                .ordered(try request(1, in: .seconds(100)), routerNow: now, at: start), .sent(inquiry, routerNow: now),
                .healthAsked,
            ],
            now: start)
        #expect(core.nextDue == start + DestinationLimits.followUp)
        let first = core.step([], now: start + DestinationLimits.followUp)
        #expect(Set(givenUp(first)) == [.followUp(inquiry.key), .health])
        #expect(core.nextDue == start + DestinationLimits.authorization)
        let last = core.step([], now: start + DestinationLimits.authorization)
        #expect(givenUp(last) == [.authorization(try request(1).transaction)])
        #expect(core.step([], now: start + DestinationLimits.authorization * 2) == [])
        #expect(core.underWay == 2, "they are with the destination until it says something")
    }

    @Test func whatWasAnsweredIsNotGivenUp() throws {
        var core = makeCore()
        let order = AdapterCore.Input.ordered(try request(1, in: .seconds(100)), routerNow: now, at: start)
        _ = core.step([order, .healthAsked], now: start)
        let answers: [AdapterCore.Input] = [
            .answered(try request(1).transaction, .approved(), nil), .healthTold(isGood: true),
        ]
        #expect(core.step(answers, now: start + .seconds(1)).contains(.tellHealth(isGood: true)))
        #expect(core.nextDue == nil)
        #expect(givenUp(core.step([], now: start + DestinationLimits.authorization)) == [])
    }

    @Test func healthIsAskedOnceAtATime() {
        var core = makeCore()
        #expect(core.step([.healthAsked, .healthAsked], now: start) == [.askHealth])
        _ = core.step([.healthTold(isGood: false)], now: start)
        #expect(core.step([.healthAsked], now: start) == [.askHealth])
    }

    func givenUp(_ outputs: [AdapterCore.Output]) -> [DestinationTask] {
        outputs.compactMap { if case .giveUp(let task) = $0 { task } else { nil } }
    }
}

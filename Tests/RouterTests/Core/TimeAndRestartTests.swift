import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Silence, and the end of time.
@Suite(.timeLimit(.minutes(2))) struct SilenceTests {
    @Test func aSilentTerminalIsAskedOnceMoreAndThenNothingWasSent() {
        var world = World()
        let phone = world.submit(world.submission())
        world.pass(.milliseconds(2_999))
        #expect(world.commands.isEmpty)
        world.pass(.milliseconds(1))
        #expect(world.commands.count == 1, "one resend under the same command ID")
        world.pass(.seconds(3))
        #expect(world.status(for: phone)?.outcome == .failed(.noAcknowledgement))
        #expect(world.status(for: phone)?.sent == .no)
    }

    @Test func aSubmissionAfterTheEndComesTooLate() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.pass(.seconds(3))
        world.pass(.seconds(3))
        let reply = world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(reply == .refused(Refused(.tooLate)))
        #expect(world.everyRequest.isEmpty)
    }

    @Test func aTerminalThatWaitsForItsAmountHasUntilTheCodeExpires() throws {
        var world = World()
        let phone = world.submit(world.submission(expiresAt: world.now + .seconds(20)))
        let command = try #require(world.commands.first)
        world.call(.terminal(World.alone), .received(command.id, at: world.now))
        world.pass(.seconds(19))
        #expect(world.answer(to: phone) == nil)
        world.pass(.seconds(1))
        #expect(world.status(for: phone)?.outcome == .failed(.noSubmission))
    }

    @Test func aSilentDestinationIsUnknownNeverFailed() {
        var world = World()
        let (phone, request) = world.askDestination()
        world.pass(.seconds(15))
        #expect(world.answer(to: phone) == nil)
        #expect(world.log.transactions[request.transaction]?.passage.state.name == .unknown)
        #expect(world.log.transactions[request.transaction]?.sent == .maybe)
        world.answer(request.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved(), "a late answer still counts")
    }

    @Test func unknownFreesTheDevice() {
        var world = World()
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))
        #expect(world.tellings.map(\.3.state) == [.unknown], "the terminal hears that it is free")
        #expect(world.tellings.map(\.1) == [CommandID(request.transaction)])
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: next)?.state == .commanded)
    }

    @Test func anAdapterThatIsLostLeavesItsRequestsUnknown() {
        var world = World()
        let (_, request) = world.askDestination()
        world.step(.adapterLost(World.adapter))
        #expect(world.log.transactions[request.transaction]?.passage.state.name == .unknown)
        #expect(world.everyRequest.count == 1, "silence never leads to a second authorization")
    }

    @Test func aRequestThatNobodyTakesInTimeWasNotSent() throws {
        var world = World()
        let phone = world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.step(.adapterLost(World.adapter))
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        #expect(world.requests.isEmpty)
        world.pass(.milliseconds(1_999))
        #expect(world.answer(to: phone) == nil)
        world.pass(.milliseconds(1))
        #expect(world.status(for: phone)?.outcome == .failed(.destinationUnavailable))
        world.ready()
        #expect(world.requests.isEmpty, "nothing queues past its limit")
    }

    @Test func anAdapterThatBecomesReadyInTimeGetsTheRequest() throws {
        var world = World()
        world.submit(world.submission())
        let command = try #require(world.commands.first)
        world.step(.adapterLost(World.adapter))
        world.call(.terminal(World.alone), .submit(command.id, command.sealed, amount: nil, at: world.now))
        world.pass(.seconds(1))
        world.ready(PeerNumber(9))
        #expect(world.requests.map(\.1) == [PeerNumber(9)])
    }

    @Test func aRequestThatASocketRefusedGoesToAnotherAdapter() {
        var world = World()
        world.ready(PeerNumber(9))
        let (_, request) = world.askDestination()
        let first = world.requests[0].1
        world.step(.authorizationNotTaken(request.transaction, first))
        #expect(world.requests.map(\.0.transaction) == [request.transaction])
        #expect(world.requests[0].1 != first)
    }

    @Test func whatAnAdapterDidNotSendHasFailedForCertain() {
        var world = World()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .notSent)
        #expect(world.status(for: phone)?.outcome == .failed(.notSent))
        #expect(world.status(for: phone)?.sent == .no)
    }

    @Test func aContradictingAnswerIsMarkedAndTheOutcomeStays() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .declined(ReasonCode("no")!))
        world.answer(request.transaction, .approved())
        let transaction = world.log.transactions[request.transaction]
        #expect(transaction?.outcome == .declined(ReasonCode("no")!))
        #expect(transaction?.reconciliation == [.contradictingAnswer])
    }
}

/// The process dies after each of flow A's commits: nothing is lost, nothing is asked twice.
@Suite(.timeLimit(.minutes(2))) struct RestartTests {
    @Test func afterAcceptanceTheRepeatFindsItAndSendsItsCommandAgain() throws {
        var world = World()
        world.submit(world.submission())
        let before = try #require(world.commands.first)
        world.restart()
        let phone = world.submit(world.submission())
        #expect(world.commands == [before])
        world.call(.terminal(World.alone), .submit(before.id, before.sealed, amount: nil, at: world.now))
        world.answer(before.id.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved())
    }

    @Test func afterTheDecisionNobodyIsAskedAgain() {
        var world = World()
        let (_, request) = world.askDestination()
        world.restart()
        #expect(world.everyRequest.count == 1)
        #expect(world.log.transactions[request.transaction]?.passage.state.name == .unknown)
        let phone = world.submit(world.submission(), wait: .zero)
        #expect(world.status(for: phone)?.state == .unknown)
        #expect(world.status(for: phone)?.sent == .maybe)
    }

    @Test func afterTheOutcomeItIsTold() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        world.restart()
        let phone1 = world.submit(world.submission())
        #expect(world.status(for: phone1)?.outcome == .approved())
        #expect(world.core.liveCount == 0)
    }

    @Test func aCommandThatWasReceivedIsWaitedForUntilItsTimeIsOver() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        world.call(.pos(World.till), .received(command.id, at: world.now))
        world.pass(.seconds(10))
        world.restart()
        #expect(world.commands.isEmpty)
        guard case .states(let states, scans: _)? = world.call(.pos(World.till), .resume([command.id])) else {
            Issue.record("resume is answered with states")
            return
        }
        #expect(states.first?.status?.state == .commanded)
        world.pass(.seconds(35))
        #expect(world.log.transactions[command.id.transaction]?.outcome == .handedOver(.maybe))
    }

    /// What silence has freed stays free: the next router asks on, and the counter serves the next customer.
    @Test(arguments: [TransactionStatus.StateName.authorizing, .unknown, .reversing])
    func whatNoLongerHoldsItsDeviceDoesNotTakeItAgain(state: TransactionStatus.StateName) {
        var world = World()
        let (_, request) = world.askDestination()
        switch state {
        case .unknown: world.pass(.seconds(15))
        case .reversing: world.cancel(request.transaction)
        default: break  // The restart makes it unknown.
        }
        #expect(world.state(of: request.transaction) == state)
        world.restart()
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: next)?.state == .commanded)
    }

    @Test func aBusyDeviceStaysBusy() {
        var world = World()
        world.submit(world.submission())
        world.restart()
        let phone2 = world.submit(world.submission(key: "key-2", code: 2))
        #expect(world.refusal(for: phone2) == .deviceBusy)
    }

    @Test func anOutcomeThatCameBeforeTheDevicesSessionIsToldWhenItAsks() {
        var world = World()
        let (_, request) = world.askDestination()
        world.restart(reconnecting: false)
        world.ready()
        world.tell(request.transaction, .inquiry(.approved()))
        #expect(world.outcome(of: request.transaction) == .approved())
        #expect(world.tellings.isEmpty, "its gateway has not claimed it again")
        world.connect(.terminal(World.alone))
        #expect(world.tellings.isEmpty, "nothing waits in a router's memory")
        let command = CommandID(request.transaction)
        for _ in 1...2 {
            guard case .states(let states, scans: [])? = world.call(.terminal(World.alone), .resume([command])) else {
                Issue.record("resume is answered with states")
                return
            }
            #expect(states.map(\.command) == [command] && states.map(\.status?.outcome) == [.approved()])
        }
    }

    @Test func afterARestoreNothingUnfinishedIsCalledNotSent() {
        var world = World()
        let phone = world.submit(world.submission())
        let id = world.commands[0].id.transaction
        world.restart(restored: true)
        world.pass(CommandStateMachine.Limits.timeToLive)
        #expect(world.outcome(of: id) == .failed(.noAcknowledgement))
        #expect(world.log.transactions[id]?.reconciliation == [.restoredFromBackup])
        #expect(world.log.transactions[id]?.status.sent == .maybe, "it may have been approved after the backup")
        #expect(world.answer(to: phone) == nil, "the phone asks again")
        world.reconcile(id, nil)
        #expect(world.log.transactions[id]?.status.sent == .no, "a person has looked")
    }

    @Test func nobodyIsBusyForLessThanNothing() throws {
        var world = World()
        world.submit(world.submission())
        world.now = world.now + .milliseconds(-400)  // The next router's clock is behind.
        world.restart()
        let address = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        guard case .refused(let refused)? = world.answer(to: address) else {
            Issue.record("the device is busy")
            return
        }
        #expect(refused.refusal == .deviceBusy)
        #expect(refused.busyFor == .zero)
    }

    /// One rotten row ends no router, and a key that may have been used is not taken for a new one.
    @Test func whatTheJournalCannotReadIsNeitherTakenOnNorDenied() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        world.unreadable = [.key(world.submission().key), .transaction(request.transaction)]
        let repeated = world.submit(world.submission())
        #expect(world.refusal(for: repeated) == .relayLost)
        #expect(world.commands.isEmpty)
        let cancel = world.cancel(request.transaction)
        #expect(world.refusal(for: cancel) == .relayLost)
        let command = CommandID(request.transaction)
        let reply = world.call(.terminal(World.alone), .received(command, at: world.now))
        #expect(reply == .refused(Refused(.relayLost, detail: RouterCore.unreadable)))
        world.answer(request.transaction, .approved())
        let next = world.submit(world.submission(key: "key-2", code: 2), wait: .zero)
        #expect(world.status(for: next) != nil)
    }
}

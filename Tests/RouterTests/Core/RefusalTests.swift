import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// What is refused before acceptance leaves no transaction: a repeat under the same key may succeed.
@Suite(.timeLimit(.minutes(2))) struct RefusalTests {
    func refusal(_ submission: SubmitTransaction, in world: inout World) -> Refusal? {
        let address = world.submit(submission)
        #expect(world.outputs.contains { if case .count = $0 { true } else { false } }, "a refusal is counted")
        #expect(world.log.transactions.values.allSatisfy { $0.key != submission.key }, "a refusal leaves no record")
        return world.refusal(for: address)
    }

    @Test func namesThatNobodyRegistered() {
        var world = World()
        #expect(refusal(world.submission(at: TerminalID("nowhere")!), in: &world) == .unknownTerminal)
        #expect(refusal(world.submission(application: ApplicationID("nobody")!), in: &world) == .unknownApplication)
    }

    @Test func aFunctionThatTheApplicationDoesNotHave() {
        var world = World()
        #expect(refusal(world.submission(operation: .accrue), in: &world) == .functionMismatch)
    }

    @Test func aCodeThatHasExpired() {
        var world = World()
        #expect(refusal(world.submission(expiresAt: world.now), in: &world) == .codeExpired)
        #expect(refusal(world.submission(expiresAt: Instant(milliseconds: 0)), in: &world) == .codeExpired)
    }

    /// Whoever takes it on must be the one who writes its journal.
    @Test func aTerminalOfAnotherJournal() {
        var world = World()
        let other = 1 - World.alone.journal(outOf: 2)
        world.core = RouterCore(
            Recovered(journal: other, journals: 2, term: 1, sequence: 0, unfinished: []), registry: World.registry)
        #expect(refusal(world.submission(), in: &world) == .notYours)
    }

    @Test func oneMoreThanARouterTakesOn() {
        var world = World()
        var bounds = RouterCore.Bounds()
        bounds.liveMax = 1
        world.core = RouterCore(world.log.recover(term: 1), registry: World.registry, bounds: bounds)
        world.start()
        world.submit(world.submission())
        #expect(world.commands.count == 1)
        #expect(
            refusal(world.submission(at: World.paired, key: "key-2", code: 2), in: &world) == .overloaded)
    }

    /// What is under way goes on.
    @Test func aJournalWithoutRoomTakesNoNewTransaction() {
        var world = World()
        world.submit(world.submission())
        world.core.journalHasRoom = false
        let other = world.submission(at: World.paired, key: "key-2", code: 2)
        #expect(refusal(other, in: &world) == .overloaded)
        world.core.journalHasRoom = true
        world.submit(other)
        #expect(world.log.transactions.count == 2)
    }

    @Test func devicesThatAreNotThere() {
        var world = World(devicesAreOnline: false)
        #expect(refusal(world.submission(), in: &world) == .terminalOffline)
        world.connect(.terminal(World.paired))
        #expect(
            refusal(world.submission(at: World.paired), in: &world) == .posOffline,
            "the terminal does not stand in for it")
    }

    @Test func aDestinationWithoutAReadyAdapter() {
        var world = World(adapterIsReady: false)
        #expect(refusal(world.submission(), in: &world) == .destinationUnavailable)
    }

    @Test func aBusyDeviceSaysForHowLong() {
        var world = World()
        world.submit(world.submission())
        world.pass(.seconds(2))
        let second = world.submit(world.submission(key: "key-2", code: 2))
        #expect(world.answer(to: second) == .refused(Refused(.deviceBusy, busyFor: .seconds(2))))
    }

    @Test func aCodeSeenBeforeUnderAnotherKey() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        #expect(refusal(world.submission(key: "key-2"), in: &world) == .codeUsed)
    }

    @Test func aCodeSeenTwiceInTheSameTurn() {
        var world = World()
        let (first, second) = (world.address(World.ingress), world.address(World.ingress))
        let until = world.now + .seconds(60)
        world.step(
            .request(.submit(world.submission(), waitUntil: until), from: .ingress, first),
            .request(
                .submit(world.submission(at: World.paired, key: "key-2"), waitUntil: until), from: .ingress, second))
        #expect(world.refusal(for: second) == .codeInUse)
        #expect(world.log.transactions.count == 1)
    }

    @Test func aMembershipIDAndAReusableCodeMayComeAgain() throws {
        var world = World(codesReusable: true)
        for round in 1...2 {
            let (_, request) = world.askDestination(world.submission(key: "key-\(round)"))
            world.answer(request.transaction, .approved())
            let member = world.submission(
                application: World.points, operation: .accrue, key: "points-\(round)", code: 9)
            let (phone, accrual) = world.askDestination(member)
            world.answer(accrual.transaction, .approved())
            #expect(world.status(for: phone)?.outcome == .approved())
        }
    }

    @Test func aRefusedKeyMaySucceedLater() {
        var world = World(adapterIsReady: false)
        #expect(refusal(world.submission(), in: &world) == .destinationUnavailable)
        world.ready()
        let (phone, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        #expect(world.status(for: phone)?.outcome == .approved())
    }
}

/// A key names one submission: a repeat joins it, another body is refused.
@Suite(.timeLimit(.minutes(2))) struct RepeatedKeyTests {
    @Test func aRepeatJoinsTheWaitAndBothHearTheOutcome() {
        var world = World()
        let first = world.submit(world.submission())
        let again = world.submit(world.submission())
        #expect(world.commands.isEmpty, "a repeat makes no second command")
        let command = CommandID(world.log.transactions.keys.first!)
        world.call(
            .terminal(World.alone), .submit(command, world.submission().information.sealed, amount: nil, at: world.now))
        world.answer(command.transaction, .approved())
        #expect(world.status(for: first)?.outcome == .approved())
        #expect(world.status(for: again)?.outcome == .approved())
    }

    @Test func aRepeatAfterTheOutcomeIsToldTheOutcome() {
        var world = World()
        let (_, request) = world.askDestination()
        world.answer(request.transaction, .approved())
        let again = world.submit(world.submission())
        #expect(world.status(for: again)?.outcome == .approved())
        #expect(world.everyRequest.count == 1)
    }

    @Test func anotherBodyUnderTheSameKeyIsRefused() {
        var world = World()
        world.submit(world.submission())
        let phone1 = world.submit(world.submission(body: 2))
        #expect(world.refusal(for: phone1) == .keyReused)
        world.restart()
        let phone2 = world.submit(world.submission(body: 2))
        #expect(world.refusal(for: phone2) == .keyReused, "the journal remembers")
    }

    @Test func aRepeatInTheSameTurnIsKnownAsOne() {
        var world = World()
        let (first, second) = (world.address(World.ingress), world.address(World.ingress))
        let submission = world.submission()
        world.step(
            .request(.submit(submission, waitUntil: world.now), from: .ingress, first),
            .request(.submit(submission, waitUntil: world.now), from: .ingress, second))
        #expect(world.status(for: first)?.id == world.status(for: second)?.id)
        #expect(world.log.transactions.count == 1)
    }
}

import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// The answer to a submission brings the outcome, if that comes soon.
@Suite(.timeLimit(.minutes(2))) struct SubmissionAnswerTests {
    private static let terminal = Device.terminal(World.alone)
    private static let wait = RouterCore.Bounds().answerWait

    /// The two ways to submit. At an unpaired terminal a scan is one.
    enum Way: CaseIterable { case command, scan }

    /// A destination is asked, and the terminal waits for its answer.
    private func submitted(_ way: Way, in world: inout World) -> AuthorizationRequest {
        switch way {
        case .command: return world.askDestination().1
        case .scan:
            world.call(Self.terminal, .scan(ScanTests().scan(), at: world.now))
            return world.requests[0].0
        }
    }

    private func again(_ way: Way, _ request: AuthorizationRequest, in world: inout World) -> DeviceReply? {
        switch way {
        case .command:
            world.call(
                Self.terminal,
                .submit(CommandID(request.transaction), request.sealed, amount: nil, at: world.now))
        case .scan: world.call(Self.terminal, .scan(ScanTests().scan(), at: world.now))
        }
    }

    private func reply(_ way: Way, _ id: TransactionID, _ outcome: TransactionStatus? = nil) -> DeviceReply {
        switch way {
        case .command: .taken(CommandID(id), outcome)
        case .scan: .accepted(id, outcome)
        }
    }

    private func status(_ id: TransactionID, in world: World) -> TransactionStatus? {
        world.log.transactions[id]?.status
    }

    private func events(_ world: World) -> Int {
        world.outputs.filter { if case .order(.outcome, _) = $0 { true } else { false } }.count
    }

    @Test(arguments: Way.allCases)
    func anOutcomeThatComesInTimeIsToldWithTheAnswerAlone(way: Way) {
        var world = World()
        let request = submitted(way, in: &world)
        #expect(world.replies == [])
        #expect(world.core.deadline == world.now + Self.wait)
        world.now = world.now + Self.wait - .milliseconds(1)
        world.answer(request.transaction, .approved())
        #expect(world.replies == [reply(way, request.transaction, status(request.transaction, in: world))])
        #expect(events(world) == 0)
        world.pass(Self.wait)
        #expect(world.replies == [], "it is answered once")
    }

    @Test(arguments: Way.allCases)
    func withoutAnOutcomeItIsAnsweredAtItsLimitAndTheOutcomeFollows(way: Way) {
        var world = World()
        let request = submitted(way, in: &world)
        world.pass(Self.wait - .milliseconds(1))
        #expect(world.replies == [])
        world.pass(.milliseconds(1))
        #expect(world.replies == [reply(way, request.transaction)])
        world.answer(request.transaction, .approved())
        #expect(world.replies == [])
        #expect(events(world) == 1)
    }

    @Test(arguments: Way.allCases, [DestinationAnswer.pendingCustomer, .unknown])
    func whatTakesLongerIsAnsweredAtOnce(way: Way, answer: DestinationAnswer) {
        var world = World()
        let request = submitted(way, in: &world)
        world.answer(request.transaction, answer)
        #expect(world.replies == [reply(way, request.transaction)])
        #expect(events(world) == (answer == .unknown ? 1 : 0), "while its customer is asked the device is not free")
    }

    @Test(arguments: Way.allCases)
    func whatWaitsForAnAdapterIsAnsweredAtOnce(way: Way) {
        var world = World()
        world.ready(concurrent: 1)
        world.connect(.terminal(World.second))
        world.submit(world.submission(at: World.second, key: "key-2", code: 2))
        let other = world.commands[0]
        world.call(.terminal(World.second), .submit(other.id, other.sealed, amount: nil, at: world.now))
        switch way {
        case .command:
            world.submit(world.submission())
            let command = world.commands[0]
            let answer = world.call(
                Self.terminal, .submit(command.id, command.sealed, amount: nil, at: world.now))
            #expect(answer == .taken(command.id))
        case .scan:
            let answer = world.call(Self.terminal, .scan(ScanTests().scan(), at: world.now))
            #expect(answer.map { if case .accepted(_, nil) = $0 { true } else { false } } == true)
        }
    }

    @Test(arguments: Way.allCases)
    func whatTheSocketDidNotTakeAndNobodyElseTakesIsAnsweredAtOnce(way: Way) {
        var world = World()
        let request = submitted(way, in: &world)
        world.step(.authorizationNotTaken(request.transaction, World.adapter))
        #expect(world.replies == [reply(way, request.transaction)])
    }

    @Test func anOutcomeWithoutAQuestionIsToldWithTheAnswer() {
        var world = World()
        world.submit(world.submission(amount: euros(100)))
        let command = world.commands[0]
        let answer = world.call(
            Self.terminal, .submit(command.id, command.sealed, amount: euros(101), at: world.now))
        #expect(answer?.outcome?.outcome == .failed(.amountMismatch))
        #expect(events(world) == 0)
    }

    @Test(arguments: Way.allCases)
    func aRepeatDuringTheWaitTakesItsPlace(way: Way) {
        var world = World()
        let request = submitted(way, in: &world)
        world.pass(.milliseconds(200))
        #expect(again(way, request, in: &world) == nil)
        #expect(world.replies == [reply(way, request.transaction)], "the first waits no longer")
        world.pass(.milliseconds(200))
        #expect(world.replies == [], "the repeat has its own limit")
        world.answer(request.transaction, .approved())
        #expect(world.replies == [reply(way, request.transaction, status(request.transaction, in: world))])
        #expect(events(world) == 0)
        #expect(world.everyRequest.count == 1)
    }

    @Test(arguments: Way.allCases)
    func aRepeatAfterTheOutcomeIsToldTheOutcome(way: Way) {
        var world = World()
        let request = submitted(way, in: &world)
        world.answer(request.transaction, .approved())
        let told = reply(way, request.transaction, status(request.transaction, in: world))
        #expect(again(way, request, in: &world) == told)
        #expect(events(world) == 0)
        world.restart()
        #expect(again(way, request, in: &world) == told, "from the journal")
    }

    @Test(arguments: Way.allCases)
    func aNewerSessionHearsTheOutcomeByItself(way: Way) throws {
        var world = World()
        let request = submitted(way, in: &world)
        world.connect(Self.terminal)
        let session = try #require(world.sessions[Self.terminal])
        world.answer(request.transaction, .approved())
        #expect(world.outputs.contains { if case .order(.outcome(session, _, _, _), _) = $0 { true } else { false } })
    }

    @Test(arguments: Way.allCases)
    func theAnswerIsForgottenWithItsGateway(way: Way) throws {
        var world = World()
        let request = submitted(way, in: &world)
        world.step(.gatewayLost(World.terminals))
        #expect(try #require(world.core.deadline) > world.now + Self.wait)
        world.answer(request.transaction, .approved())
        #expect(world.replies == [])
    }

    /// Each waits from its own beginning, whichever is answered first.
    @Test func theLimitIsThatOfTheOldestWithoutAnAnswer() {
        var world = World()
        let first = world.askDestination().1
        world.connect(.terminal(World.second))
        let limits = [world.now + Self.wait, world.now + .milliseconds(100) + Self.wait]
        world.pass(.milliseconds(100))
        world.call(.terminal(World.second), .scan(ScanTests().scan(), at: world.now))
        #expect(world.core.deadline == limits[0])
        world.answer(first.transaction, .approved())
        #expect(world.core.deadline == limits[1])
    }
}

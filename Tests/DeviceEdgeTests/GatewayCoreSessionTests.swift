import DeviceProtocol
import RelayDomain
import Testing

@testable import DeviceEdge

/// How devices get sessions, lose them and keep them.
@Suite(.timeLimit(.minutes(2))) struct GatewayCoreSessionTests {
    let terminal = Sample.terminal

    @Test func aDeviceIsWelcomedWithItsCountAndTheRoutersTime() throws {
        var bench = CoreBench()
        let link = bench.link(ahead: .seconds(5))
        let id = bench.connect()
        #expect(bench.asked.map(\.message) == [.claim(terminal, .unproven, nil)])
        #expect(bench.asked.map(\.link) == [link])
        bench.answer(.replied(.claimed(DeviceSession(device: terminal, count: Sample.count(3, 17)), Sample.counter)))
        guard case .result(_, let body) = try #require(bench.frames[id]?.last) else { throw Failure.noResult }
        let welcome = try DeviceAnswer(to: .prove, body)
        #expect(
            welcome
                == .welcome(
                    Welcome(
                        connection: Sample.count(3, 17), time: Sample.now + .seconds(5), counter: Sample.counter,
                        tag: "http://127.0.0.1:7780/t/counter-1")))
        #expect(bench.core.counts.sessions == 1)
    }

    @Test func aClaimWaitsForTheFirstRouterAndIsAskedThen() {
        var bench = CoreBench()
        _ = bench.connect()
        #expect(bench.asked.isEmpty)
        _ = bench.link()
        #expect(bench.asked.map(\.message) == [.claim(terminal, .unproven, nil)])
    }

    @Test func devicesThatComeAndGoWhileNoRouterIsThereLeaveNothingBehind() {
        var bench = CoreBench()
        let link = bench.link()
        bench.feed(.linkLost(link))
        for _ in 0..<100 { bench.feed(.closed(bench.connect())) }
        _ = bench.connect()
        #expect(bench.core.routes[0]?.waiting.isEmpty == true)
        #expect(bench.asked.isEmpty)
        _ = bench.link(2)
        #expect(bench.asked.map(\.message) == [.claim(terminal, .unproven, nil)])
    }

    @Test func aPOSWaitsForTheTablesToo() {
        var bench = CoreBench(.pos)
        let link = bench.link()
        _ = bench.connect(Sample.pos)
        #expect(bench.asked.isEmpty)
        bench.feed(.ordered(.tables(Sample.tables), on: link))
        #expect(bench.asked.map(\.message) == [.claim(Sample.pos, .unproven, nil)])
    }

    @Test func aDeviceWithoutRouterHearsSoBeforeItsPatienceEnds() {
        var bench = CoreBench()
        let id = bench.connect()
        bench.now = bench.now + .milliseconds(7_999)
        bench.feed(.timePassed)
        #expect(bench.closed[id] == nil)
        bench.now = bench.now + .milliseconds(1)
        bench.feed(.timePassed)
        #expect(bench.word(CallID(2)!, id) == "relayLost")
        #expect(bench.closed[id] == .refused)
    }

    /// Its gateway cannot know whether the POS is registered at all: a router says what is missing.
    @Test(arguments: [Refusal.unknownPOS, .posOffline]) func aPOSOfNoTerminalHearsFromARouterWhatIsMissing(
        refusal: Refusal
    ) {
        var bench = CoreBench(.pos)
        let link = bench.link()
        bench.feed(.ordered(.tables(GatewayTables(version: 1, scanRules: [], pairings: [:])), on: link))
        let id = bench.connect(Sample.pos)
        #expect(bench.asked.map(\.message) == [.claim(Sample.pos, .unproven, nil)])
        bench.answer(.replied(.claimRefused(Sample.pos, Refused(refusal))))
        #expect(bench.word(CallID(2)!, id) == refusal.rawValue)
        #expect(bench.closed[id] == .refused)
    }

    @Test func aPOSWhoseTerminalIsAnotherNowComesAgainAndOneWithoutHasNoSession() {
        for (pairings, reason) in [
            ([POSID("till-1")!: TerminalID("counter-2")!], CloseReason.goingAway), ([:], .unregistered),
        ] {
            var bench = CoreBench(.pos)
            let link = bench.link(1, journal: 0, of: 2)
            _ = bench.link(2, journal: 1, of: 2)
            let home = TerminalID("counter-1")!.journal(outOf: 2)
            #expect(TerminalID("counter-2")!.journal(outOf: 2) != home)
            bench.feed(.ordered(.tables(Sample.tables), on: link))
            let id = bench.session(Sample.pos, Sample.count(1, 1))
            bench.feed(.ordered(.tables(Sample.tables), on: link))
            #expect(bench.closed[id] == nil)
            bench.feed(.ordered(.tables(GatewayTables(version: 2, scanRules: [], pairings: pairings)), on: link))
            #expect(bench.closed[id] == reason)
            #expect(bench.told == [.sessionEnded(DeviceSession(device: Sample.pos, count: Sample.count(1, 1)))])
        }
    }

    @Test func aDeviceThatTheRegistryNamesNoMoreIsClosedWithACodeOfItsOwn() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let session = DeviceSession(device: terminal, count: Sample.count(1, 1))
        bench.feed(.ordered(.sessionUnregistered(session), on: link))
        #expect(bench.closed == [id: .unregistered])
        #expect(CloseReason.unregistered.code == 4005)
        #expect(bench.told.isEmpty, "the router knows")
    }

    /// Whoever takes the journal over hears what the device said to the one before.
    @Test func whatADeviceSaidOfItselfGoesWithTheClaimToTheNextRouter() throws {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 4))
        let reason = try #require(ReasonCode("noPaper"))
        let call = bench.call(.state(isReady: false, reason: reason), id)
        bench.answer(.replied(.reply(.noted)))
        #expect(bench.word(call, id) == "result")
        bench.feed(.linkLost(before))
        _ = bench.link(2)
        #expect(
            bench.asked.map(\.message) == [
                .claim(terminal, .unproven, Sample.count(1, 4), readiness: .notReady(reason))
            ])
        _ = bench.connect(terminal)
        #expect(bench.asked.last?.message == .claim(terminal, .unproven, nil), "a new session begins ready")
    }

    @Test func theWelcomeSaysWhatTheTagHolds() throws {
        var bench = CoreBench(publicURL: "https://pay.example/")
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        guard case .result(_, let body)? = bench.frames[id]?.last,
            case .welcome(let welcome) = try DeviceAnswer(to: .prove, body)
        else {
            Issue.record("no welcome")
            return
        }
        #expect(welcome.tag == "https://pay.example/t/counter-1")
        #expect(welcome.counter == Sample.counter)
    }

    @Test(arguments: [(DeviceKind.terminal, Sample.pos), (.pos, Sample.terminal)])
    func aDeviceOfTheOtherKindIsSentToTheOtherGateway(kind: DeviceKind, device: Device) {
        var bench = CoreBench(kind)
        _ = bench.link()
        let id = bench.connect(device)
        #expect(bench.word(CallID(1)!, id) == "wrongGateway")
        #expect(bench.closed[id] == .refused)
        #expect(bench.asked.isEmpty)
    }

    @Test func theRoutersRefusalIsPassedOn() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.connect()
        bench.answer(.replied(.claimRefused(terminal, Refused(.unknownTerminal))))
        #expect(bench.word(CallID(2)!, id) == "unknownTerminal")
        #expect(bench.closed[id] == .refused)
    }

    @Test func aDevicesNewSessionClosesTheOlderHereAtOnce() {
        var bench = CoreBench()
        let link = bench.link()
        let older = bench.session(terminal, Sample.count(1, 1))
        let newer = bench.session(terminal, Sample.count(1, 2))
        #expect(bench.closed == [older: .replaced])
        #expect(bench.told.isEmpty)
        bench.feed(.ordered(.sessionReplaced(DeviceSession(device: terminal, count: Sample.count(1, 1))), on: link))
        #expect(bench.closed[newer] == nil)
        #expect(bench.core.counts == (connections: 1, sessions: 1))
    }

    @Test func anAnswerThatArrivesLateDoesNotReplaceANewerSession() {
        var bench = CoreBench()
        _ = bench.link()
        let (first, second) = (bench.connect(), bench.connect())
        let questions = bench.asked
        for (index, number) in [(1, 8), (0, 7)] as [(Int, UInt64)] {
            let session = DeviceSession(device: terminal, count: Sample.count(1, number))
            bench.feed(.answered(questions[index].id, .replied(.claimed(session, Sample.counter))))
        }
        #expect(bench.closed == [first: .replaced])
        #expect(bench.core.counts.sessions == 1)
        #expect(bench.closed[second] == nil)
    }

    @Test func theRouterClosesASessionForANewerAtAnotherGateway() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.ordered(.sessionReplaced(DeviceSession(device: terminal, count: Sample.count(1, 1))), on: link))
        #expect(bench.closed == [id: .replaced])
        #expect(bench.told.isEmpty)
    }

    @Test func theRouterHearsOfASessionsEnd() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.closed(id))
        #expect(bench.told == [.sessionEnded(DeviceSession(device: terminal, count: Sample.count(1, 1)))])
        #expect(bench.core.counts == (connections: 0, sessions: 0))
    }

    @Test func aDeviceThatLeavesWhileItsClaimIsOnItsWayLeavesNoSession() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.connect()
        bench.feed(.closed(id))
        #expect(bench.told.isEmpty)
        let session = DeviceSession(device: terminal, count: Sample.count(1, 1))
        bench.answer(.replied(.claimed(session, Sample.counter)))
        #expect(bench.told == [.sessionEnded(session)])
    }

    enum Failure: Error { case noResult }
}

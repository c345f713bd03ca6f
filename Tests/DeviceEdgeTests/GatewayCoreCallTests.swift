import DeviceProtocol
import RelayDomain
import Testing

@testable import DeviceEdge

/// What passes between a device and its router.
@Suite(.timeLimit(.minutes(2))) struct GatewayCoreCallTests {
    private let terminal = Sample.terminal
    private let held = DeviceSession(device: Sample.terminal, count: Sample.count(1, 1))

    @Test func aCallTakesItsSessionAndTheRoutersTimeToTheRouter() {
        var bench = CoreBench()
        let link = bench.link(ahead: .seconds(-3))
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.routerTime(link, ahead: .seconds(2)))
        _ = bench.call(.received(Sample.command, at: Sample.now), id)
        #expect(
            bench.asked.map(\.message) == [
                .call(held, .received(Sample.command, at: Sample.now), gatewayAt: Sample.now + .seconds(2))
            ])
        let results = bench.frames[id]?.filter { if case .result = $0 { true } else { false } }
        #expect(results?.count == 2, "nothing is acknowledged before the router's word")
    }

    @Test func theRoutersAnswerIsTheDevicesResult() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let first = bench.call(.received(Sample.command, at: Sample.now), id)
        let second = bench.call(.resume([Sample.command]), id)
        let questions = bench.asked.map(\.id)
        bench.feed(.answered(questions[1], .replied(.reply(.states([])))))
        #expect(bench.word(first, id) == nil)
        #expect(bench.word(second, id) == "result")
        bench.feed(.answered(questions[0], .replied(.reply(.refused(Refused(.unknownCommand))))))
        #expect(bench.word(first, id) == "unknownCommand")
    }

    @Test(arguments: [
        (RequestEnd.linkLost, "relayLost"), (.noReply, "relayLost"), (.full, "overloaded"), (.unreadable, "malformed"),
        (.replied(.reply(.accepted(Sample.transaction))), "relayLost"), (.replied(.tables(.empty)), "relayLost"),
    ])
    func aCallWithoutProperAnswerIsAnsweredAllTheSame(end: RequestEnd, word: String) {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let call = bench.call(.received(Sample.command, at: Sample.now), id)
        bench.answer(end)
        #expect(bench.word(call, id) == word)
    }

    @Test func aCallWhileTheRouterIsGoneOrHasNotGrantedTheSessionAgainIsToBeRepeated() {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.linkLost(before))
        let first = bench.call(.received(Sample.command, at: Sample.now), id)
        _ = bench.link(2)
        let second = bench.call(.received(Sample.command, at: Sample.now), id)
        #expect(bench.word(first, id) == "relayLost")
        #expect(bench.word(second, id) == "relayLost")
        bench.answer(.replied(.claimed(held, Sample.counter)))
        let third = bench.call(.received(Sample.command, at: Sample.now), id)
        #expect(bench.word(third, id) == nil)
        #expect(bench.asked.count == 1)
    }

    @Test func moreCallsThanMayBeAreRefusedUntilOthersAreAnswered() {
        var limits = GatewayLimits()
        limits.callsMax = 2
        var bench = CoreBench(limits: limits)
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let calls = (0..<3).map { _ in bench.call(.resume([]), id) }
        #expect(calls.map { bench.word($0, id) } == [nil, nil, "overloaded"])
        bench.answer(.replied(.reply(.states([]))))
        let next = bench.call(.resume([]), id)
        #expect(bench.word(next, id) == nil)
    }

    @Test func oneDeviceHasABoundOfItsOwn() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let calls = (0...DeviceLimits.callsMax).map { _ in bench.call(.resume([]), id) }
        #expect(bench.asked.count == DeviceLimits.callsMax)
        #expect(bench.word(calls[DeviceLimits.callsMax], id) == "tooManyCalls")
    }

    @Test func tooManyFramesThatAreNoneCloseTheConnectionAndFewDoNot() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        for _ in 0..<DeviceLimits.faultsMax { bench.feed(.received(id, Array("nonsense".utf8))) }
        #expect(bench.closed.isEmpty)
        bench.feed(.received(id, Array("[2,99,\"dance\",{}]".utf8)))
        #expect(bench.closed == [id: .faulty])
    }

    // MARK: - Orders

    @Test func commandsAndOutcomesReachTheSessionWithThatCount() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(
            .ordered(.command(held, Sample.order()), on: link),
            .ordered(.outcome(held, Sample.command, scan: nil, Sample.approved), on: link))
        #expect(bench.events(id) == ["command", "outcome"])
    }

    @Test func anOrderForACountThatIsNotTheDevicesIsDroppedAndTheRouterHearsSo() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 2))
        bench.feed(.ordered(.command(held, Sample.order()), on: link))
        #expect(bench.events(id).isEmpty)
        #expect(bench.notes[.orderStale] == 1)
        #expect(bench.told == [.sessionEnded(held)])
    }

    @Test func anOrderOfTheLinkBeforeDoesNotPassAndEndsNothing() {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.linkLost(before))
        _ = bench.link(2)
        bench.feed(.ordered(.command(held, Sample.order()), on: before))
        #expect(bench.events(id).isEmpty)
        #expect(bench.told.isEmpty)
    }

    @Test func aCommandPastItsTimeByTheRoutersClockDoesNotReachTheDevice() {
        var bench = CoreBench()
        let link = bench.link(ahead: .seconds(10))
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.ordered(.command(held, Sample.order(expiresAt: Sample.now + .seconds(10))), on: link))
        #expect(bench.events(id).isEmpty)
        #expect(bench.notes[.commandExpired] == 1)
        bench.feed(.ordered(.command(held, Sample.order(expiresAt: Sample.now + .milliseconds(10_001))), on: link))
        #expect(bench.events(id) == ["command"])
    }

    // MARK: - Scans

    @Test func aScanIsSealedAndItsTextGoesNoFurther() throws {
        var bench = CoreBench(sealer: FakeSealer())
        let link = bench.link()
        bench.feed(.ordered(.tables(Sample.tables), on: link))
        let id = bench.session(terminal, Sample.count(1, 1))
        let call = bench.call(Sample.scan(), id)
        guard case .call(held, .scan(let code, at: Sample.now), _) = try #require(bench.asked.first).message else {
            Issue.record("no scan was forwarded")
            return
        }
        #expect(code.application == Sample.rule.application)
        #expect(code.scan.text == "s-1")
        #expect(!"\(bench.asked)".contains(Sample.secret))
        bench.answer(.replied(.reply(.accepted(Sample.transaction))))
        #expect(bench.word(call, id) == "result")
    }

    @Test func aCodeThatNoRuleKnowsIsRefused() {
        var bench = CoreBench(sealer: FakeSealer())
        let link = bench.link()
        bench.feed(.ordered(.tables(Sample.tables), on: link))
        let id = bench.session(terminal, Sample.count(1, 1))
        let call = bench.call(Sample.scan("12345"), id)
        #expect(bench.word(call, id) == "noScanRule")
        #expect(bench.asked.isEmpty)
    }

    @Test func aSumThatTheRuleDoesNotCountGoesNoFurther() {
        var bench = CoreBench(sealer: FakeSealer())
        let link = bench.link()
        bench.feed(.ordered(.tables(Sample.tables), on: link))
        let id = bench.session(terminal, Sample.count(1, 1))
        let call = bench.call(Sample.scan(unit: .points(ProgramID("stars")!)), id)
        #expect(bench.word(call, id) == "malformed")
        guard case .error(_, let error)? = bench.frames[id]?.last else {
            Issue.record("the device is told no error")
            return
        }
        #expect(error.field == "amount" && error.sent == .no)
        #expect(bench.asked.isEmpty)
    }

    @Test func whatPassesAtItsTagReachesTheTerminal() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let passing = Passing(
            application: Sample.rule.application, operation: .payment, status: Sample.approved)
        bench.feed(.ordered(.passing(held, passing), on: link))
        #expect(bench.events(id) == ["passing"])
    }

    @Test func aScanBeforeTheTablesIsToBeRepeated() {
        var bench = CoreBench(sealer: FakeSealer())
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let call = bench.call(Sample.scan(), id)
        #expect(bench.word(call, id) == "relayLost")
    }

    @Test func aPOSGatewayRefusesScans() {
        var bench = CoreBench(.pos)
        let link = bench.link()
        bench.feed(.ordered(.tables(Sample.tables), on: link))
        let id = bench.session(Sample.pos, Sample.count(1, 1))
        let call = bench.call(Sample.scan(), id)
        #expect(bench.word(call, id) == "unsupported")
        #expect(bench.asked.isEmpty)
    }
}

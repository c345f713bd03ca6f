import DeviceProtocol
import RelayDomain
import Testing

@testable import DeviceEdge

// What becomes of sessions when their router is lost and the next one takes over.
extension GatewayCoreSessionTests {
    @Test func afterATakeoverEachSessionIsClaimedAgainWithItsCountAndNoDeviceNotices() {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 4))
        let frames = bench.frames[id]
        bench.feed(.linkLost(before))
        let after = bench.link(2)
        #expect(bench.asked.map(\.message) == [.claim(terminal, .unproven, Sample.count(1, 4))])
        #expect(bench.asked.map(\.link) == [after])
        bench.answer(.replied(.claimed(DeviceSession(device: terminal, count: Sample.count(1, 4)), Sample.counter)))
        #expect(bench.frames[id] == frames)
        #expect(bench.notes[.sessionReclaimed] == 1)
        _ = bench.call(.received(Sample.command, at: Sample.now), id)
        #expect(bench.asked.map(\.link) == [after])
    }

    @Test func theCountThatTheNewRouterGivesIsTheOneThatCounts() {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 4))
        bench.feed(.linkLost(before))
        let after = bench.link(2)
        bench.answer(.replied(.claimed(DeviceSession(device: terminal, count: Sample.count(2, 1)), Sample.counter)))
        bench.feed(
            .ordered(.command(DeviceSession(device: terminal, count: Sample.count(2, 1)), Sample.order()), on: after))
        #expect(bench.events(id) == ["command"])
    }

    @Test func aClaimThatWasOnItsWayIsAskedAgainOnTheNextLink() {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.connect()
        bench.answer(.linkLost)
        bench.feed(.linkLost(before))
        #expect(bench.asked.isEmpty)
        let after = bench.link(2)
        #expect(bench.asked.map(\.link) == [after])
        bench.answer(.replied(.claimed(DeviceSession(device: terminal, count: Sample.count(2, 1)), Sample.counter)))
        #expect(bench.word(CallID(2)!, id) == "result")
    }

    @Test func aClaimWhoseLossIsToldAfterTheNextLinkOpenedIsAskedThere() {
        var bench = CoreBench()
        let before = bench.link(1)
        _ = bench.connect()
        bench.feed(.linkLost(before))
        let after = bench.link(2)
        #expect(bench.asked.count == 1)
        bench.answer(.linkLost)
        #expect(bench.asked.map(\.link) == [after])
    }

    @Test(arguments: [(Refusal.unknownTerminal, CloseReason.refused), (.notYours, .replaced)])
    func aSessionThatTheNewRouterRefusesEnds(refusal: Refusal, reason: CloseReason) {
        var bench = CoreBench()
        let before = bench.link(1)
        let id = bench.session(terminal, Sample.count(1, 4))
        bench.feed(.linkLost(before))
        _ = bench.link(2)
        bench.answer(.replied(.claimRefused(terminal, Refused(refusal))))
        #expect(bench.closed == [id: reason])
        #expect(bench.told.isEmpty)
    }

    @Test func aJournalsTakeoverLeavesTheOtherJournalsSessionsAlone() {
        var bench = CoreBench()
        let zero = bench.link(1, journal: 0, of: 2)
        _ = bench.link(2, journal: 1, of: 2)
        for number in 1...8 { _ = bench.session(Sample.terminal(number), Sample.count(1, UInt64(number))) }
        bench.feed(.linkLost(zero))
        _ = bench.link(3, journal: 0, of: 2)
        let ofZero = (1...8).filter { TerminalID("counter-\($0)")!.journal(outOf: 2) == 0 }
        #expect(!ofZero.isEmpty && ofZero.count < 8)
        #expect(
            bench.asked.map(\.message)
                == ofZero.map {
                    .claim(Sample.terminal($0), .unproven, Sample.count(1, UInt64($0)))
                })
    }

    @Test func noMoreClaimsAreOnTheirWayThanMayBeAndAllComeToTheirTurn() {
        var limits = GatewayLimits()
        limits.claimsMax = 3
        var bench = CoreBench(limits: limits)
        for number in 1...10 { _ = bench.connect(Sample.terminal(number)) }
        _ = bench.link()
        var granted = 0
        while let question = bench.asked.first, case .claim(let device, .unproven, nil, readiness: _) = question.message
        {
            #expect(bench.asked.count <= 3)
            granted += 1
            bench.answer(
                .replied(
                    .claimed(DeviceSession(device: device, count: Sample.count(1, UInt64(granted))), Sample.counter)))
        }
        #expect(granted == 10)
    }

    /// A device that stays connected through a takeover would go on by the old router's clock.
    @Test func devicesAreToldTheTimeOfANewRouterOnce() {
        var bench = CoreBench()
        let before = bench.link(1, ahead: .seconds(2))
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.routerTime(before, ahead: .milliseconds(2_499)))
        #expect(bench.events(id).isEmpty, "a little drift is no news")
        bench.feed(.linkLost(before))
        let next = bench.link(2, ahead: .seconds(3_600))
        #expect(bench.events(id) == ["time"])
        guard case .event(_, _, let body)? = bench.frames[id]?.last else {
            Issue.record("the device is told no time")
            return
        }
        #expect(body == DeviceEvent.time(Sample.now + .seconds(3_600)).body)
        bench.feed(.routerTime(next, ahead: .milliseconds(3_600_100)))
        #expect(bench.events(id) == ["time"])
    }
}

import DeviceProtocol
import RelayDomain
import Testing

@testable import DeviceEdge

// Signs of life, and the end.
extension GatewayCoreSessionTests {
    @Test func aSilentDeviceIsPingedAndThenClosed() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        for _ in 1...2 {
            bench.now = bench.now + DeviceLimits.ping
            bench.feed(.timePassed)
        }
        #expect(bench.pings[id] == 2)
        bench.now = bench.now + DeviceLimits.ping
        bench.feed(.timePassed)
        #expect(bench.closed == [id: .silent])
        #expect(bench.told.count == 1)
    }

    /// In a network's hole a terminal would stay online for 75 s, and each customer would be sent there.
    @Test func aDeviceThatDoesNotHearItsCommandIsOfflineSoon() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        let session = DeviceSession(device: terminal, count: Sample.count(1, 1))
        bench.feed(.ordered(.command(session, Sample.order()), on: link))
        for second in 1...4 {
            #expect(bench.closed.isEmpty && bench.told.isEmpty, "second \(second)")
            bench.now = bench.now + .seconds(1)
            bench.feed(.timePassed)
        }
        #expect(bench.pings == [id: 1])
        #expect(bench.closed == [id: .silent])
        #expect(bench.told == [.sessionEnded(session)], "the router refuses the next customer")
    }

    /// What it has said meanwhile is unread yet.
    @Test func aGatewayThatWasAsleepItselfCallsNobodySilent() {
        var bench = CoreBench()
        let link = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        bench.feed(.timePassed)
        let session = DeviceSession(device: terminal, count: Sample.count(1, 1))
        bench.feed(.ordered(.command(session, Sample.order()), on: link))
        bench.now = bench.now + .seconds(1)
        bench.feed(.timePassed)
        #expect(bench.pings == [id: 1])
        bench.now = bench.now + .seconds(10)
        bench.feed(.timePassed)
        #expect(bench.closed.isEmpty)
        for _ in 1...3 {
            bench.now = bench.now + .seconds(1)
            bench.feed(.timePassed)
        }
        #expect(bench.closed == [id: .silent])
    }

    @Test func aDeviceThatAnswersPingsStays() {
        var bench = CoreBench()
        _ = bench.link()
        let id = bench.session(terminal, Sample.count(1, 1))
        for _ in 1...10 {
            bench.now = bench.now + DeviceLimits.ping
            bench.feed(.timePassed, .heard(id))
        }
        #expect(bench.pings[id] == 10)
        #expect(bench.closed.isEmpty)
    }

    @Test func aGatewayThatEndsLetsOpenCallsBeAnsweredFirst() {
        var bench = CoreBench()
        _ = bench.link()
        let busy = bench.session(Sample.terminal(1), Sample.count(1, 1))
        let idle = bench.session(Sample.terminal(2), Sample.count(1, 2))
        let call = bench.call(.received(Sample.command, at: Sample.now), busy)
        bench.feed(.stopping)
        #expect(bench.closed == [idle: .goingAway])
        bench.answer(.replied(.reply(.proceed(Sample.command))))
        #expect(bench.word(call, busy) == "result")
        #expect(bench.closed[busy] == .goingAway)
        #expect(bench.told.count == 2)
    }
}

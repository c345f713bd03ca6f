import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// What became of commands and scans is told from the journal, however long the device was away.
@Suite(.timeLimit(.minutes(2))) struct ResumeTests {
    @Test func twoOutcomesWhileAwayAreBothToldAfterARestart() throws {
        var world = World()
        var requests: [AuthorizationRequest] = []
        for number in 1...2 as ClosedRange<UInt8> {
            let scan = scannedCode("scan-\(number)", code: number)
            world.call(.terminal(World.alone), .scan(scan, at: world.now))
            requests.append(try #require(world.requests.first).0)
            world.answer(requests[Int(number) - 1].transaction, .pendingCustomer)
            world.answer(requests[Int(number) - 1].transaction, .unknown)
        }
        world.disconnect(.terminal(World.alone))
        world.answer(requests[0].transaction, .approved)
        world.answer(requests[1].transaction, .declined(ReasonCode("insufficientFunds")!))
        world.restart()
        world.connect(.terminal(World.alone))
        #expect(world.tellings.isEmpty, "nothing waits in a router's memory")
        let scans = ["scan-1", "scan-2", "scan-3"].map { SubmissionKeyText($0)! }
        guard case .states(let commands, let states)? = world.call(.terminal(World.alone), .resume([], scans: scans))
        else {
            Issue.record("resume is answered with states")
            return
        }
        #expect(commands.isEmpty)
        #expect(states.map(\.scan) == scans)
        #expect(states.map(\.status?.outcome) == [.approved, .declined(ReasonCode("insufficientFunds")!), nil])
        #expect(states.map { $0.status?.id } == requests.map(\.transaction) + [nil])
    }

    @Test func aScanUnderWayIsToldAsItStandsAndNoOthersScan() throws {
        var world = World()
        world.call(.terminal(World.alone), .scan(scannedCode(), at: world.now))
        let key = scannedCode().scan
        let reply = world.call(.terminal(World.alone), .resume([], scans: [key]))
        guard case .states(_, let states)? = reply else {
            Issue.record("resume is answered with states")
            return
        }
        #expect(states.first?.status?.state == .authorizing)
        let other = world.call(.terminal(World.paired), .resume([], scans: [key]))
        #expect(other == .states([], scans: [ScanStatus(scan: key, status: nil)]))
    }
}

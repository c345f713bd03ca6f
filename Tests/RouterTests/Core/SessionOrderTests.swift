import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Which session of a device counts.
@Suite(.timeLimit(.minutes(1))) struct SessionOrderTests {
    private let device = Device.terminal(World.alone)

    private func granted(_ decision: DeviceSessions.Decision) throws -> ConnectionCount {
        guard case .granted(let count, _) = decision else { throw Outdated() }
        return count
    }

    private struct Outdated: Error {}

    /// A gateway that keeps an old session over a takeover does not take the device from the one that has its newest.
    @Test func anOlderSessionDoesNotReplaceANewerOne() throws {
        var sessions = DeviceSessions(term: 1)
        let older = try granted(sessions.claim(device, nil, .ready, by: World.terminals))
        let newer = try granted(sessions.claim(device, nil, .ready, by: World.tills))
        #expect(throws: Outdated.self) { try granted(sessions.claim(device, older, .ready, by: World.terminals)) }
        #expect(sessions.isCurrent(DeviceSession(device: device, count: newer), at: World.tills))
    }

    /// The end of a session that was replaced comes late.
    @Test func onlyTheGatewayThatHoldsASessionEndsIt() throws {
        var sessions = DeviceSessions(term: 1)
        let older = try granted(sessions.claim(device, nil, .ready, by: World.terminals))
        let newer = try granted(sessions.claim(device, nil, .ready, by: World.tills))
        sessions.end(DeviceSession(device: device, count: older), at: World.terminals)
        sessions.end(DeviceSession(device: device, count: newer), at: World.terminals)
        #expect(sessions.session(of: device) != nil)
        sessions.end(DeviceSession(device: device, count: newer), at: World.tills)
        #expect(sessions.session(of: device) == nil)
    }
}

import DeviceLink
import RelayDomain
import Testing

@testable import POSAgent

/// An agent whose POS program is gone says so.
@Suite(.timeLimit(.minutes(2))) struct AgentWatchTests {
    private var world = AgentWorld()

    @Test mutating func thePOSProgramIsAskedForASignOfLife() {
        #expect(world.probes.count == 1, "at the start")
        world.probed(.alive)
        #expect(world.notes == [.ready])
        world.pass(AgentCore.probeDelay - .milliseconds(1))
        #expect(world.probes.count == 1)
        #expect(world.core.deadline == world.now + .milliseconds(1))
        world.pass(.milliseconds(1))
        #expect(world.probes.count == 2)
    }

    @Test mutating func aPOSProgramThatIsGoneIsToldOnceAndSoIsItsReturn() {
        world.probed(.alive)
        for _ in 0..<3 {
            world.pass(AgentCore.probeDelay)
            world.probed(.failed(.unreachable))
        }
        world.pass(AgentCore.probeDelay)
        world.probed(.alive)
        let unreachable = ReasonCode("unreachable")!
        #expect(world.notes == [.ready, .notReady(unreachable), .ready])
        #expect(world.calls == [.state(isReady: false, reason: unreachable), .state(isReady: true, reason: nil)])
    }

    /// A new session counts as ready: it is told at once that this one is not.
    @Test mutating func eachSessionIsToldAnew() {
        world.relayReported(.lost)
        world.probed(.failed(.refused(.driverBusy)))
        #expect(world.calls.isEmpty)
        world.open()
        #expect(world.calls == [.state(isReady: false, reason: .driverBusy)])
        world.relayReported(.lost)
        world.pass(AgentCore.probeDelay)
        world.probed(.alive)
        world.calls = []
        world.open()
        #expect(world.calls.isEmpty)
    }

    /// What is repeated is what is true now.
    @Test mutating func anOldStateIsNotRepeated() {
        let unanswered = RelayNews.failed(.state(isReady: false, reason: ReasonCode("unreachable")), .noReply)
        world.probed(.failed(.unreachable))
        world.relayReported(unanswered)
        world.relayReported(unanswered)
        world.pass(.zero)
        #expect(world.calls.count == 2, "it is repeated until it is noted")
        world.pass(AgentCore.probeDelay)
        world.calls = []
        world.relayReported(unanswered)
        world.probed(.alive)
        world.pass(.seconds(1))
        #expect(world.calls == [.state(isReady: true, reason: nil)])
    }

    /// The first probe never ends: its limit does.
    @Test mutating func aDriverThatHangsIsNoSignOfLife() {
        world.pass(.seconds(6))
        #expect(world.notes == [.notReady(ReasonCode("silent")!)])
    }

    @Test mutating func aCommandThatFindsNobodyIsASignToo() {
        world.probed(.alive)
        world.advance(world.command(1), to: 1)
        world.driven(.failed(.unreachable))
        #expect(world.notes.contains(.notReady(ReasonCode("unreachable")!)))
    }

    @Test mutating func aRefusalOfThePOSProgramIsASignOfLife() {
        world.probed(.alive)
        world.advance(world.command(1), to: 1)
        world.driven(.failed(.refused(ReasonCode("noSuchWindow")!)))
        #expect(!world.notes.contains { if case .notReady = $0 { true } else { false } })
    }

    @Test mutating func nobodyIsProbedWhileACommandIsCarriedOut() {
        world.probed(.alive)
        world.advance(world.command(1), to: 6)
        for _ in 0..<10 { world.pass(.seconds(1)) }
        #expect(world.probes.count == 1)
    }

    /// A probe that is under way when a command comes neither ends nor disturbs its first step.
    @Test mutating func aProbeThatEndsLateIsNoNewsOfTheCommand() {
        let command = world.command(1)
        world.advance(command, to: 1)
        world.probed(.failed(.silent))
        #expect(world.lastStep == .locate(command.application))
        world.driven(.located(world.window))
        #expect(world.lastStep == .activate(world.window))
    }
}

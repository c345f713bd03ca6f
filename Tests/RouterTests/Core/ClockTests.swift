import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// Relay time carries limits and never steps; the wall clock judges a code's end, once, and may step (ADR 9).
@Suite(.timeLimit(.minutes(2))) struct ClockTests {
    static let steps: [Duration] = [3_600, 3 * 86_400, 10 * 365 * 86_400].flatMap {
        [Duration.seconds($0), .seconds(-$0)]
    }

    /// The relay started with a wrong clock, and somebody corrects it: from then on valid codes pass.
    @Test(arguments: steps)
    func codesAreJudgedByTheWallClockOfTheMoment(step: Duration) {
        var world = World()
        world.wallAhead = step
        let trueNow = world.now
        let wrong = world.submit(world.submission(expiresAt: trueNow + .seconds(60)), wait: .zero)
        #expect((world.refusal(for: wrong) == .codeExpired) == (step > .zero))
        world = World()
        world.wallAhead = step
        world.wallAhead = .zero
        let right = world.submit(
            world.submission(key: "key-2", code: 2, expiresAt: trueNow + .seconds(60)), wait: .zero)
        #expect(world.status(for: right)?.state == .commanded)
    }

    /// A code that has 20 s to live has them on the relay's own clock, whatever the wall clock does meanwhile.
    @Test(arguments: steps)
    func aStepMovesNoLimit(step: Duration) throws {
        var world = World()
        world.wallAhead = step
        world.submit(world.submission(expiresAt: world.now + step + .seconds(20)))
        let command = try #require(world.commands.first)
        #expect(command.expiresAt == world.now + .seconds(20))
        world.call(.terminal(World.alone), .received(command.id, at: world.now))
        world.wallAhead = .zero
        world.pass(.seconds(19))
        #expect(world.state(of: command.id.transaction) == .commanded)
        world.pass(.seconds(1))
        #expect(world.outcome(of: command.id.transaction) == .failed(.noSubmission))
    }

    /// The sealed bytes are bound to the end as the application named it.
    @Test func theSealKeepsTheEndAsItWasNamed() throws {
        var world = World()
        world.wallAhead = .seconds(7_200)
        let named = world.now + .seconds(7_200 + 300)
        world.submit(world.submission(expiresAt: named))
        #expect(try #require(world.commands.first).sealedFor.expiresAt == named)
    }

    /// Stamps show the time of day, and go on from acceptance although the clock is set.
    @Test func peopleReadTheTimeOfDay() throws {
        var world = World()
        world.wallAhead = .seconds(3 * 86_400)
        let phone = world.submit(world.submission(), wait: .seconds(2))
        world.wallAhead = .zero
        world.pass(.seconds(2))
        let hopStamps = try #require(world.status(for: phone)).hopStamps
        let accepted = try #require(hopStamps.first { $0.act == .accepted })
        #expect(accepted.at == world.now - .seconds(2) + .seconds(3 * 86_400))
        #expect(hopStamps.map(\.at) == hopStamps.map(\.at).sorted())
    }

    @Test(arguments: steps)
    func relayTimeGoesOnAcrossATakeover(step: Duration) {
        let wall = Instant(milliseconds: 1_800_000_000_000)
        let first = RelayTimeAuthority(wall: wall, after: nil, monotonic: .seconds(100))
        #expect(first.relayTime(at: .seconds(160)) == wall + .seconds(60))
        let event = ClockReading(relay: wall + .seconds(60), wall: wall + .seconds(60) + step)
        // Ten seconds later, by a clock that was set before the event: the step is no time that passed.
        let second = RelayTimeAuthority(wall: event.wall + .seconds(10), after: event, monotonic: .zero)
        #expect(second.relayTime(at: .zero) == wall + .seconds(70))
        // By a clock that was set back since: relay time does not go back.
        let third = RelayTimeAuthority(wall: event.wall - .seconds(4_000), after: event, monotonic: .zero)
        #expect(third.relayTime(at: .seconds(1)) == wall + .seconds(61))
    }

    @Test func aStepIsNoticedAndASlewIsNot() {
        let wall = Instant(milliseconds: 1_800_000_000_000)
        var clock = RelayTimeAuthority(wall: wall, after: nil, monotonic: .zero)
        #expect(clock.looked(at: wall + .milliseconds(1_400), monotonic: .seconds(1)) == nil)
        #expect(clock.looked(at: wall + .seconds(3_602), monotonic: .seconds(2)) == .milliseconds(3_599_600))
        #expect(clock.looked(at: wall + .seconds(3_603), monotonic: .seconds(3)) == nil)
        #expect(clock.looked(at: wall + .seconds(4), monotonic: .seconds(4)) == .seconds(-3_600))
        #expect(clock.wallAhead == .zero)
    }
}

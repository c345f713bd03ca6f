import RelayDomain
import ServiceRuntime
import Testing

@testable import Baton

/// What `baton up` promises about processes that die.
@Suite(.timeLimit(.minutes(2))) struct SupervisionTests {
    private static let members = [
        Supervision.Member("router-0", stage: 0, group: "router"),
        Supervision.Member("router-1", stage: 0, group: "router"),
        Supervision.Member("ingress", stage: 1), Supervision.Member("adapter", stage: 2),
    ]

    @Test func aStageBeginsWhenTheOneBeforeStands() {
        var world = World(Self.members)
        #expect(world.tell(.begun) == [.start("router-0"), .start("router-1")])
        #expect(world.tell(.ready("router-1")) == [.tell(.ready("router-1")), .start("ingress")])
        #expect(world.tell(.ready("ingress")) == [.tell(.ready("ingress")), .start("adapter")])
        #expect(
            world.tell(.ready("adapter")) == [.tell(.ready("adapter")), .tell(.standsBy("router-0")), .tell(.allReady)])
        #expect(world.supervision.phase == .standing)
    }

    @Test func aStandbyIsNotWaitedForAndNotGivenUp() {
        var world = World.standing(Self.members, standby: "router-1")
        #expect(world.pass(.seconds(3_600)) == [])
        #expect(world.tell(.ready("router-1")) == [.tell(.ready("router-1"))])
    }

    @Test func whatDiesStartsAgainAfterAPauseThatDoublesUpToTenSeconds() {
        var world = World.standing(Self.members)
        var pauses: [Duration] = []
        for _ in 0..<10 {
            let actions = world.tell(.ended("ingress", .signal(9)))
            guard case .tell(.diedAndRestarts("ingress", .signal(9), let pause)) = actions.first else { break }
            pauses.append(pause)
            #expect(world.pass(pause - .milliseconds(1)) == [])
            #expect(world.pass(.milliseconds(1)) == [.start("ingress")])
        }
        let expected: [Int] = [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000]
        #expect(pauses == expected.map { .milliseconds($0) })
    }

    @Test func whoIsDeafIsKilledAndStartsAgain() {
        var world = World.standing(Self.members)
        let deaf = LoopWatch.Verdict.deaf(loop: "events")
        #expect(world.tell(.deaf("ingress", deaf)) == [.tell(.hangs("ingress", deaf)), .kill("ingress")])
        let actions = world.tell(.ended("ingress", .signal(9)))
        #expect(actions == [.tell(.diedAndRestarts("ingress", .signal(9), after: .milliseconds(100)))])
        #expect(world.tell(.deaf("ingress", deaf)) == [], "nobody is there")
    }

    @Test func whatHadStoodForTenSecondsStartsAgainAtOnce() {
        var world = World.standing(Self.members)
        for _ in 0..<5 {
            _ = world.tell(.ended("ingress", .code(1)))
            _ = world.pass(.seconds(10))
        }
        _ = world.tell(.ready("ingress"))
        _ = world.pass(.seconds(10))
        #expect(
            world.tell(.ended("ingress", .code(1)))
                == [.tell(.diedAndRestarts("ingress", .code(1), after: .milliseconds(100)))])
    }

    @Test(arguments: [ProcessExit.code(64), .code(70), .notStarted("no such file")])
    func aRefusalAtTheFirstStartStopsEverythingAndSaysWhy(exit: ProcessExit) {
        var world = World(Self.members)
        _ = world.tell(.begun)
        _ = world.tell(.ready("router-0"))
        #expect(
            world.tell(.ended("ingress", exit))
                == [
                    .tell(.gaveUp(.refused("ingress", exit))), .tell(.stopping), .terminate("router-0"),
                    .terminate("router-1"),
                ])
        _ = world.tell(.ended("router-0", .code(0)))
        #expect(world.supervision.phase != .ended)
        _ = world.tell(.ended("router-1", .code(0)))
        #expect(world.supervision.phase == .ended)
        #expect(world.supervision.failure == .refused("ingress", exit))
    }

    @Test func aRefusalLaterIsADeathLikeAnyOther() {
        var world = World.standing(Self.members)
        #expect(
            world.tell(.ended("ingress", .code(64)))
                == [.tell(.diedAndRestarts("ingress", .code(64), after: .milliseconds(100)))])
        #expect(world.supervision.phase == .standing)
    }

    @Test func aCrashAtTheFirstStartIsTriedAgain() {
        var world = World(Self.members)
        _ = world.tell(.begun)
        #expect(
            world.tell(.ended("router-0", .signal(11)))
                == [.tell(.diedAndRestarts("router-0", .signal(11), after: .milliseconds(100)))])
        #expect(world.pass(.milliseconds(100)) == [.start("router-0")])
    }

    @Test func aFirstStartThatTakesTooLongIsGivenUp() {
        var world = World(Self.members)
        _ = world.tell(.begun)
        let actions = world.pass(Supervision.Limits.firstStart)
        #expect(actions.first == .tell(.gaveUp(.slow("router-0", Supervision.Limits.firstStart))))
        #expect(world.supervision.phase == .falling(stage: 0))
    }

    @Test func aProcessThatKeepsDyingAtTheFirstStartIsGivenUp() {
        var world = World(Self.members)
        _ = world.tell(.begun)
        _ = world.tell(.ready("router-0"))
        for _ in 0..<100 where world.supervision.failure == nil {
            _ = world.tell(.ended("ingress", .code(0)))
            _ = world.pass(.seconds(2))
        }
        #expect(world.supervision.failure == .slow("ingress", Supervision.Limits.firstStart))
    }

    @Test func theStopGoesFromTheLastStageToTheFirst() {
        var world = World.standing(Self.members)
        #expect(world.tell(.stopRequested) == [.tell(.stopping), .terminate("adapter")])
        #expect(world.tell(.stopRequested) == [])
        #expect(world.tell(.ended("adapter", .code(0))) == [.terminate("ingress")])
        #expect(world.tell(.ended("ingress", .code(0))) == [.terminate("router-0"), .terminate("router-1")])
        #expect(world.tell(.ended("router-0", .code(0))) == [])
        #expect(world.tell(.ended("router-1", .code(0))) == [])
        #expect(world.supervision.phase == .ended)
        #expect(world.supervision.failure == nil)
    }

    @Test func whatDoesNotEndInTimeIsKilled() {
        var world = World.standing(Self.members)
        _ = world.tell(.stopRequested)
        #expect(world.pass(.seconds(15) - .milliseconds(1)) == [])
        #expect(world.pass(.milliseconds(1)) == [.kill("adapter")])
        #expect(world.tell(.ended("adapter", .signal(9))) == [.terminate("ingress")])
    }

    @Test func nothingStartsAgainDuringTheStop() {
        var world = World.standing(Self.members)
        _ = world.tell(.ended("adapter", .signal(9)))
        #expect(world.tell(.stopRequested) == [.tell(.stopping), .terminate("ingress")])
        #expect(world.pass(.seconds(10)) == [])
        #expect(world.tell(.added([.init("late", stage: 2)])) == [])
        _ = world.tell(.ended("ingress", .code(0)))
        _ = world.tell(.ended("router-0", .code(0)))
        _ = world.tell(.ended("router-1", .code(0)))
        #expect(world.supervision.phase == .ended)
    }

    @Test func processesComeAndGoWhileTheRestStands() {
        var world = World.standing(Self.members)
        #expect(world.tell(.added([.init("new", stage: 2)])) == [.start("new")])
        #expect(world.tell(.ready("new")) == [.tell(.ready("new"))])
        #expect(world.tell(.removed(["adapter"])) == [.terminate("adapter")])
        #expect(world.tell(.ended("adapter", .code(0))) == [])
        #expect(!world.supervision.has("adapter"))
        #expect(world.tell(.added([.init("adapter", stage: 2)])) == [.start("adapter")])
    }

    @Test func aRemovedProcessThatWasRestingIsForgotten() {
        var world = World.standing(Self.members)
        _ = world.tell(.ended("adapter", .signal(9)))
        #expect(world.tell(.removed(["adapter"])) == [])
        #expect(world.pass(.seconds(10)) == [])
        #expect(!world.supervision.has("adapter"))
    }

    /// Whatever dies and comes back, in whatever order: no process is started twice, and the stop always ends.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func noProcessRunsTwiceAndTheStopEnds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = World(Self.members)
        var running: Set<String> = []
        func follow(_ actions: [Supervision.Action]) {
            for case .start(let name) in actions { #expect(running.insert(name).inserted, "\(name), seed \(seed)") }
        }
        follow(world.tell(.begun))
        for step in 0..<200 where world.supervision.phase != .ended {
            if step == 150 { follow(world.tell(.stopRequested)) }
            let name = running.sorted().randomElement(using: &random)
            switch (Int.random(in: 0..<5, using: &random), name) {
            case (0, let name?):
                running.remove(name)
                follow(world.tell(.ended(name, .signal(9))))
            case (1, let name?), (2, let name?): follow(world.tell(.ready(name)))
            default: follow(world.pass(.milliseconds(Int64.random(in: 0..<4_000, using: &random))))
            }
        }
        follow(world.tell(.stopRequested))
        for name in running.sorted() { follow(world.tell(.ended(name, .code(0)))) }
        #expect(world.supervision.phase == .ended, "seed \(seed)")
    }
}

/// A supervision and its clock.
private struct World {
    var supervision: Supervision
    var now = Instant(milliseconds: 0)

    init(_ members: [Supervision.Member]) { supervision = Supervision(members, drainTimeout: .seconds(15)) }

    /// Everything ready but the standby.
    static func standing(_ members: [Supervision.Member], standby: String? = nil) -> World {
        var world = World(members)
        _ = world.tell(.begun)
        for member in members where member.name != standby { _ = world.tell(.ready(member.name)) }
        return world
    }

    mutating func tell(_ event: Supervision.Event) -> [Supervision.Action] { supervision.apply(event, at: now) }

    mutating func pass(_ span: Duration) -> [Supervision.Action] {
        now = now + span
        return tell(.timePassed)
    }
}

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

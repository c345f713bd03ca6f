import RelayTransport
import Testing

/// An actor that lives on a reactor, as the router's shell does.
private actor Resident {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
    private(set) var count = 0
    private(set) var ticks = 0
    private(set) var countAtTick = 0
    private var firstTickPast: (ContinuousClock.Instant, CheckedContinuation<Void, Never>)?

    init(on reactor: Reactor) { self.reactor = reactor }

    func add() {
        reactor.checkIsolated()
        count += 1
    }

    func watchTicks() {
        reactor.atEndOfTick { self.tick() }
    }

    func sleep(until deadline: ContinuousClock.Instant) async {
        reactor.wake(at: deadline)
        await withCheckedContinuation { firstTickPast = (deadline, $0) }
    }

    func stopAndStillCount() async -> Int {
        await reactor.stop()
        add()
        return count
    }

    private func tick() {
        ticks += 1
        countAtTick = count
        guard let (deadline, waiting) = firstTickPast, deadline <= .now else { return }
        firstTickPast = nil
        waiting.resume()
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ReactorTests {
    @Test func everyJobOfManyTasksRunsOnTheOneThread() async {
        let resident = Resident(on: Reactor())
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask { for _ in 0..<200 { await resident.add() } }
            }
        }
        #expect(await resident.count == 10_000)
        await resident.reactor.stop()
    }

    @Test func hooksRunAfterTheJobsOfTheirTick() async {
        let resident = Resident(on: Reactor())
        await resident.watchTicks()
        await resident.add()
        await resident.add()
        await resident.sleep(until: .now)
        #expect(await resident.countAtTick == 2)
        await resident.reactor.stop()
    }

    @Test func aTickHappensWhenItsOwnerAskedForIt() async {
        let resident = Resident(on: Reactor())
        await resident.watchTicks()
        let deadline = ContinuousClock.now + .milliseconds(30)
        await resident.sleep(until: deadline)
        #expect(.now >= deadline)
        await resident.reactor.stop()
    }

    @Test func anIdleReactorDoesNotTick() async {
        let resident = Resident(on: Reactor())
        await resident.watchTicks()
        let before = await resident.ticks
        await resident.sleep(until: .now + .milliseconds(200))
        #expect(await resident.ticks - before < 10)
        await resident.reactor.stop()
    }

    @Test func aJobAfterTheStopStillRuns() async {
        let resident = Resident(on: Reactor())
        await resident.reactor.stop()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { for _ in 0..<50 { await resident.add() } }
            }
        }
        #expect(await resident.count == 1000)
    }

    @Test func anActorMayStopTheReactorItLivesOnAndStopItAgain() async {
        let resident = Resident(on: Reactor())
        #expect(await resident.stopAndStillCount() == 1)
        await resident.reactor.stop()
        #expect(await resident.stopAndStillCount() == 2)
    }

    @Test func aStoppedReactorIsReleased() async {
        weak var released: Reactor?
        do {
            let resident = Resident(on: Reactor())
            released = resident.reactor
            await resident.watchTicks()
            await resident.reactor.stop()
        }
        let deadline = ContinuousClock.now + .seconds(5)
        while released != nil, .now < deadline { await Task.yield() }
        #expect(released == nil)
    }

    @Test func anErrandRunsOnTheReactor() async {
        let reactor = Reactor()
        await withCheckedContinuation { continuation in
            reactor.execute {
                reactor.checkIsolated()
                continuation.resume()
            }
        }
        await reactor.stop()
    }
}

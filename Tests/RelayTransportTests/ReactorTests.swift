import Foundation
import RelayTransport
import Synchronization
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

    @Test func aReactorSaysThatItComesRoundAlsoWhenItIsIdle() async {
        let (rounds, said) = AsyncStream.makeStream(of: Void.self)
        let reactor = Reactor(comesRound: { said.yield() })
        var count = 0
        for await _ in rounds.prefix(3) { count += 1 }
        #expect(count == 3)
        await reactor.stop()
    }

    @Test func aReactorSaysSoBetweenTwoPiecesOfALongTurnAndNotWithinOne() async {
        let rounds = Atomic(0)
        let reactor = Reactor(comesRound: { rounds.add(1, ordering: .relaxed) })
        let (seen, see) = AsyncStream.makeStream(of: (before: Int, after: Int).self)
        // What waits while the first sleeps is one turn.
        for _ in 0..<4 {
            reactor.execute {
                let before = rounds.load(ordering: .relaxed)
                usleep(600_000)
                see.yield((before, rounds.load(ordering: .relaxed)))
            }
        }
        var pieces: [(before: Int, after: Int)] = []
        for await piece in seen.prefix(4) { pieces.append(piece) }
        for piece in pieces { #expect(piece.before == piece.after, "nobody says so for a piece that hangs") }
        for (one, next) in zip(pieces, pieces.dropFirst()) { #expect(next.before > one.after) }
        await reactor.stop()
        let end = rounds.load(ordering: .relaxed)
        await reactor.stop()
        #expect(rounds.load(ordering: .relaxed) == end, "it has ended")
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

    @Test func aClosureRunsOnTheReactor() async {
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

import Foundation
import Testing

@testable import ServiceRuntime

/// Deaf is killed, slow is not, and a machine that slept makes nobody deaf.
@Suite(.timeLimit(.minutes(2))) struct LoopWatchTests {
    /// Looks every half second, as watchers do.
    private final class World {
        var now = ContinuousClock.now
        var watch: LoopWatch

        init() { watch = LoopWatch(at: now) }

        func look(_ words: LoopReport..., after pause: Duration = .milliseconds(500)) -> LoopWatch.Verdict? {
            now += pause
            return watch.look(words, at: now)
        }

        /// - Returns: after how long the verdict came; nil if it did not within `limit`.
        func silence(atMost limit: Duration) -> (Duration, LoopWatch.Verdict)? {
            let begin = now
            while now - begin < limit {
                if let verdict = look() { return (now - begin, verdict) }
            }
            return nil
        }
    }

    private static let events = LoopReport(.tick, "events")
    private static let router = LoopReport(.tick, "router")

    @Test func whoIsDeafForFiveSecondsGoes() throws {
        let world = World()
        #expect(world.look(Self.events) == nil)
        let (pause, verdict) = try #require(world.silence(atMost: .seconds(10)))
        #expect(pause == LoopWatch.deafMax)
        #expect(verdict == .deaf(loop: "events"))
        #expect(world.silence(atMost: .seconds(60)) == nil, "once is enough")
    }

    @Test func whoIsBusyForThirtySecondsStays() {
        let world = World()
        for _ in 0..<7 {
            #expect(world.look(Self.events) == nil)
            #expect(world.silence(atMost: .milliseconds(4_500)) == nil)
        }
    }

    @Test func oneDeafLoopIsEnough() throws {
        let world = World()
        #expect(world.look(Self.events, Self.router) == nil)
        for _ in 0..<9 { #expect(world.look(Self.events) == nil) }
        #expect(world.look(Self.events) == .deaf(loop: "router"))
    }

    @Test func aMachineThatSleptMakesNobodyDeaf() {
        let world = World()
        for _ in 0..<20 {
            #expect(world.look(Self.events) == nil)
            #expect(world.look(after: .seconds(3_600)) == nil)
        }
    }

    @Test func aLoopThatEndedInOrderIsNotMissed() {
        let world = World()
        #expect(world.look(Self.events, Self.router) == nil)
        #expect(world.look(LoopReport(.gone, "router")) == nil)
        for _ in 0..<100 { #expect(world.look(Self.events) == nil) }
    }

    @Test func aProcessThatNeverBeginsOrNeverEndsGoes() throws {
        let world = World()
        let (start, verdict) = try #require(world.silence(atMost: .seconds(60)))
        #expect(start == LoopWatch.loopless)
        #expect(verdict == .loopless)

        let other = World()
        #expect(other.look(Self.events) == nil)
        #expect(other.look(LoopReport(.gone, "events")) == nil)
        let (end, _) = try #require(other.silence(atMost: .seconds(60)))
        #expect(end == LoopWatch.loopless)
    }

    @Test(arguments: ["", "router", "a name that is longer than fits", "Zähler für Löwen"])
    func wordsPassThePipeAsTheyWere(name: String) throws {
        let pipe = try TickPipe()
        let loops = Loops(watcher: pipe.writer)
        do {
            let tick = loops.begin(name)
            tick()
        }
        let tick = LoopReport(.tick, name)
        #expect(tick.encoded.count == LoopReport.bytes)
        #expect(pipe.words() == [tick, tick, LoopReport(.gone, name)].map { LoopReport($0.encoded) ?? $0 })
        #expect(pipe.words() == [])
    }

    @Test func aWatcherThatSleepsHoldsNobodyUp() throws {
        let pipe = try TickPipe()
        let loops = Loops(watcher: pipe.writer)
        let tick = loops.begin("events")
        for _ in 0..<100_000 { tick() }  // Far more than the pipe holds.
        #expect(loops.ages.map(\.loop) == ["events"])
        #expect(!pipe.words().isEmpty)
    }

    /// Slices of work that follow each other without a pause, as an edge has them at its limit.
    @Test func aProcessWhoseLoopIsBusyTicksBetweenSlices() async throws {
        let pipe = try TickPipe()
        try await withProcess(["BATON_TICKS": "\(pipe.writer)"]) { process, _ in
            let end = await process.run { stop in
                let loop = process.eventLoopGroup.next()
                @Sendable func work(_ slices: Int) {
                    guard slices > 0 else { return stop() }
                    usleep(50_000)
                    loop.execute { work(slices - 1) }
                }
                loop.execute { work(40) }
                return [Steady("shell", Diary())]
            }
            #expect(end.exitCode == 0)
            let words = pipe.words()
            #expect(words.count { $0 == Self.events } >= 3, "\(words)")
            #expect(words.last == LoopReport(.gone, "events"), "\(words)")
        }
    }

    @Test func whatIsNoWordIsPassedOver() {
        #expect(LoopReport([UInt8](repeating: 9, count: LoopReport.bytes)) == nil)
        #expect(LoopReport([1, 2, 3]) == nil)
    }
}

import Testing

@testable import Bench

@Suite(.timeLimit(.minutes(2))) struct OpenLoopTests {
    private static let millisecond: UInt64 = 1_000_000

    /// Lets every customer who has come by `now` start.
    private func starts(_ loop: inout OpenLoop, at now: UInt64) -> [OpenLoop.Start] {
        var starts: [OpenLoop.Start] = []
        while let start = loop.next(at: now) { starts.append(start) }
        return starts
    }

    @Test func customersComeAtTheRateWhateverThePhonesDo() {
        let loop = OpenLoop(begin: 5, rate: 1_000, count: 10, phones: 2)
        #expect((0..<10).map(loop.intended) == (0..<10).map { 5 + UInt64($0) * Self.millisecond })
    }

    @Test func nobodyStartsBeforeTheirTime() {
        var loop = OpenLoop(begin: 100, rate: 1_000, count: 3, phones: 3)
        #expect(starts(&loop, at: 99).isEmpty)
        #expect(starts(&loop, at: 100).map(\.intended) == [100])
        #expect(loop.nextDue == 100 + Self.millisecond)
    }

    @Test func whoWaitsForAPhoneIsMeasuredFromWhenTheyCame() {
        var loop = OpenLoop(begin: 0, rate: 1_000, count: 4, phones: 1)
        #expect(starts(&loop, at: 0) == [.init(phone: 0, intended: 0)])
        #expect(loop.nextDue == nil)
        #expect(starts(&loop, at: 50 * Self.millisecond).isEmpty)
        loop.free(0)
        #expect(starts(&loop, at: 50 * Self.millisecond) == [.init(phone: 0, intended: Self.millisecond)])
        loop.free(0)
        #expect(starts(&loop, at: 60 * Self.millisecond) == [.init(phone: 0, intended: 2 * Self.millisecond)])
    }

    @Test func aStallShowsInTheLatenciesOfAllWhoMetIt() {
        // One transaction takes 100 ms, all others nothing: with a closed loop one of 100 latencies would be long.
        var loop = OpenLoop(begin: 0, rate: 1_000, count: 100, phones: 1)
        var latencies = Latencies()
        for start in starts(&loop, at: 0) { latencies.record(from: start.intended, to: 100 * Self.millisecond) }
        while !loop.isThrough {
            loop.free(0)
            for start in starts(&loop, at: 100 * Self.millisecond) {
                latencies.record(from: start.intended, to: 100 * Self.millisecond)
            }
        }
        #expect(latencies.count == 100)
        #expect((49...52).contains(latencies.milliseconds(at: 50)))
    }

    @Test func eachCustomerStartsOnceAndPhonesTakeTurns() {
        var loop = OpenLoop(begin: 0, rate: 1_000_000, count: 7, phones: 3)
        var phones: [Int] = []
        while !loop.isThrough {
            for start in starts(&loop, at: .max) {
                phones.append(start.phone)
                loop.free(start.phone)
            }
        }
        #expect(phones == [0, 1, 2, 0, 1, 2, 0])
        #expect(loop.nextDue == nil)
    }

    @Test func aPhoneThatIsFreedTwiceIsOnePhone() {
        var loop = OpenLoop(begin: 0, rate: 1_000, count: 9, phones: 1)
        _ = starts(&loop, at: .max)
        loop.free(0)
        loop.free(0)
        #expect(starts(&loop, at: .max).count == 1)
    }
}

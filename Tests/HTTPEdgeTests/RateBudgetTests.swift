import HTTPEdge
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct RateBudgetTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func aBurstIsGrantedAndThenTheRate() {
        var budget = RateBudget(.init(burst: 10, perSecond: 5))
        budget.spend(10, at: start)
        #expect(budget.wait(at: start) == nil)
        budget.spend(at: start)
        #expect(budget.wait(at: start) == .milliseconds(200))
        #expect(budget.wait(at: start + .milliseconds(200)) == nil)
    }

    @Test func whatWasNotThereIsEarnedBeforeMoreMayBeSpent() {
        var budget = RateBudget(.init(burst: 10, perSecond: 5))
        budget.spend(110, at: start)
        #expect(budget.wait(at: start) == .seconds(20))
        #expect(budget.wait(at: start + .seconds(19)) == .seconds(1))
    }

    @Test func patienceEarnsNoMoreThanTheBurst() {
        var budget = RateBudget(.init(burst: 2, perSecond: 1))
        budget.spend(2, at: start)
        let later = start + .hours(1)
        budget.spend(3, at: later)
        #expect(budget.wait(at: later) == .seconds(1))
    }

    /// Whatever is spent, and however: over any time no more than burst and rate go through without a wait.
    @Test(arguments: 0..<50 as Range<UInt64>) func nobodyGetsMoreThanTheRate(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        var budget = RateBudget(.init(burst: 8, perSecond: 100))
        var (now, spent) = (start, 0)
        for _ in 0..<500 {
            if let wait = budget.wait(at: now) {
                now = now + wait
            } else {
                let units = next(5)
                budget.spend(units, at: now)
                spent += units
                now = now + .milliseconds(Int64(next(10)))
            }
            let granted = 8 + (now - start).nanoseconds / 10_000_000
            #expect(spent <= Int(granted) + 5)  // The last one may have been larger than what was left.
        }
    }
}

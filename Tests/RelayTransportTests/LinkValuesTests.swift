import RelayDomain
import Testing

@testable import RelayTransport

@Suite(.timeLimit(.minutes(2))) struct RouterTimeEstimateTests {
    private let start = ContinuousClock.now

    @Test func beforeTheFirstWordThereIsNoTime() {
        #expect(RouterTimeEstimate().time(at: start) == nil)
    }

    @Test func theTimeGoesOnBetweenWords() {
        var clock = RouterTimeEstimate()
        clock.heard(Instant(milliseconds: 5000), at: start)
        #expect(clock.time(at: start + .milliseconds(1234)) == Instant(milliseconds: 6234))
    }

    @Test func aDelayedWordDoesNotSetTheClockBack() {
        var clock = RouterTimeEstimate()
        clock.heard(Instant(milliseconds: 5000), at: start)
        clock.heard(Instant(milliseconds: 6000), at: start + .milliseconds(1800))
        #expect(clock.time(at: start + .seconds(2)) == Instant(milliseconds: 7000))
    }

    @Test func aRouterWhoseClockWasSetBackIsFollowedAfterEightWords() {
        var clock = RouterTimeEstimate()
        clock.heard(Instant(milliseconds: 100_000), at: start)
        for second in 1...8 { clock.heard(Instant(milliseconds: Int64(second) * 1000), at: start + .seconds(second)) }
        #expect(clock.time(at: start + .seconds(8)) == Instant(milliseconds: 8000))
    }
}

@Suite(.timeLimit(.minutes(2))) struct JournalClaimsTests {
    @Test func theHigherTermWinsAndDisplaces() {
        var claims = JournalClaims<String>()
        #expect(claims.claim(journal: 0, term: 3, by: "old") == .granted(displaced: nil))
        #expect(claims.claim(journal: 0, term: 4, by: "new") == .granted(displaced: "old"))
        #expect(claims.claim(journal: 0, term: 3, by: "old") == .outdated(by: 4))
        #expect(claims.link(to: 0) == "new")
    }

    @Test func oneRouterBehindTwoAddressesIsUsedOnce() {
        var claims = JournalClaims<String>()
        _ = claims.claim(journal: 0, term: 3, by: "name")
        #expect(claims.claim(journal: 0, term: 3, by: "number") == .refused)
        #expect(claims.claim(journal: 0, term: 3, by: "name") == .granted(displaced: nil))
    }

    @Test func aLostLinkFreesItsJournalAlone() {
        var claims = JournalClaims<String>()
        _ = claims.claim(journal: 0, term: 9, by: "a")
        _ = claims.claim(journal: 1, term: 1, by: "b")
        claims.release("a")
        #expect(claims.journals == [1])
        #expect(claims.claim(journal: 0, term: 9, by: "c") == .granted(displaced: nil))
    }

    @Test func aTermStandsWhenItsLinkIsLost() {
        var claims = JournalClaims<String>()
        _ = claims.claim(journal: 0, term: 12, by: "new")
        claims.release("new")
        #expect(claims.claim(journal: 0, term: 9, by: "old") == .outdated(by: 12))
        #expect(claims.journals.isEmpty && claims.link(to: 0) == nil)
        #expect(claims.claim(journal: 0, term: 12, by: "again") == .granted(displaced: nil))
        #expect(claims.claim(journal: 0, term: 13, by: "next") == .granted(displaced: "again"))
    }
}

@Suite(.timeLimit(.minutes(2))) struct PendingRequestsTests {
    private let start = ContinuousClock.now

    /// Requests come, are answered and expire in any order: each ends once, and none before its time.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func eachRequestEndsOnce(seed: UInt64) {
        var random = SmallRandom(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var pending = PendingRequests<Int, UInt64>(countMax: 1000)
        var ends: [UInt64: Int] = [:]
        var deadlines: [UInt64: ContinuousClock.Instant] = [:]
        var now = start
        for correlation in 0..<500 as Range<UInt64> {
            let deadline = now + .milliseconds(Int64.random(in: 0...200, using: &random))
            deadlines[correlation] = deadline
            pending.insert(
                .init(link: Int.random(in: 0..<3, using: &random), deadline: deadline) { _ in
                    ends[correlation, default: 0] += 1
                }, correlation: correlation)
            let answered = UInt64.random(in: 0...correlation, using: &random)
            for link in 0..<3 { pending.remove(answered, from: link)?.complete(answered) }
            now += .milliseconds(Int64.random(in: 0...10, using: &random))
            let soonest = deadlines.filter { ends[$0.key] == nil }.values.min()
            if let soonest { #expect(pending.nextDeadline.map { $0 <= soonest } == true) }
            let before = ends
            for expired in pending.takeExpired(at: now) { expired.complete(0) }
            for (correlation, count) in ends where before[correlation] != count {
                #expect(deadlines[correlation].map { $0 <= now } == true)
            }
        }
        for link in 0..<3 { for entry in pending.takeAll(of: link) { entry.complete(0) } }
        #expect(ends.count == 500 && ends.values.allSatisfy { $0 == 1 }, "seed \(seed)")
        #expect(pending.count == 0)
    }

    @Test func aReplyOnAnotherLinkIsNoReply() {
        var pending = PendingRequests<Int, Int>(countMax: 10)
        pending.insert(.init(link: 1, deadline: start) { _ in }, correlation: 7)
        #expect(pending.remove(7, from: 2) == nil)
        #expect(pending.remove(7, from: 1) != nil)
    }

    @Test func theBoundIsSaid() {
        var pending = PendingRequests<Int, Int>(countMax: 1)
        #expect(!pending.isFull)
        pending.insert(.init(link: 1, deadline: start) { _ in }, correlation: 7)
        #expect(pending.isFull)
    }
}

/// A small generator with a seed (xorshift64*).
private struct SmallRandom: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

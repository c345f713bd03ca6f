import RelayDomain
import RelayJournal
import Testing

/// How long used keys and codes are remembered goes by the relay time that has passed.
@Suite(.timeLimit(.minutes(1))) struct RetentionTests {
    @Test func timeThatGoesBackIsNotTimeThatPassed() {
        var retention = Retention(elapsed: .seconds(60))
        let passed: [(Int64, Int64)] = [(1_000, 60), (1_001, 61), (500, 61), (502, 61), (1_001, 61), (1_003, 63)]
        for (second, elapsed) in passed {
            retention.advance(to: Instant(milliseconds: second * 1_000))
            #expect(retention.elapsed == .seconds(elapsed), "after second \(second)")
        }
    }
}

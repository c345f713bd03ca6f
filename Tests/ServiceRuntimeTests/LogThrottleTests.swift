import ServiceRuntime
import Testing

@Suite(.timeLimit(.minutes(2))) struct LogThrottleTests {
    @Test func oneLineASecondIsWrittenAboutEachSource() {
        var logThrottle = LogThrottle<String>()
        let start = ContinuousClock.now
        #expect(logThrottle.admit(about: "bank", now: start) == 0)
        for _ in 0..<500 { #expect(logThrottle.admit(about: "bank", now: start + .milliseconds(999)) == nil) }
        #expect(logThrottle.admit(about: "other", now: start + .milliseconds(999)) == 0)
        #expect(logThrottle.admit(about: "bank", now: start + .seconds(1)) == 500, "it says how many were left out")
        #expect(logThrottle.admit(about: "bank", now: start + .seconds(2)) == 0)
        logThrottle.forget("bank")
        #expect(logThrottle.admit(about: "bank", now: start + .seconds(2)) == 0)
    }
}

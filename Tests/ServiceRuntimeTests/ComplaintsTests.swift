import ServiceRuntime
import Testing

@Suite struct ComplaintsTests {
    @Test func oneLineASecondIsWrittenAboutEachSource() {
        var complaints = Complaints<String>()
        let start = ContinuousClock.now
        #expect(complaints.admit(about: "bank", now: start) == 0)
        for _ in 0..<500 { #expect(complaints.admit(about: "bank", now: start + .milliseconds(999)) == nil) }
        #expect(complaints.admit(about: "other", now: start + .milliseconds(999)) == 0)
        #expect(complaints.admit(about: "bank", now: start + .seconds(1)) == 500, "it says how many were left out")
        #expect(complaints.admit(about: "bank", now: start + .seconds(2)) == 0)
        complaints.forget("bank")
        #expect(complaints.admit(about: "bank", now: start + .seconds(2)) == 0)
    }
}

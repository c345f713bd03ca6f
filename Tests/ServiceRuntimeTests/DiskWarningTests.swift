import Testing

@testable import ServiceRuntime

/// A disk that is getting full is spoken of before it is full, and not all the time.
@Suite(.timeLimit(.minutes(2))) struct DiskWarningTests {
    @Test func itIsSaidAtOnceAndThenEveryTenMinutes() {
        let start = ContinuousClock.now
        var warning = DiskWarning()
        func isDue(_ free: UInt64, after seconds: Int) -> Bool {
            warning.isDue(free: free, at: start + .seconds(seconds))
        }
        let (enough, short) = (DiskWarning.freeMin, DiskWarning.freeMin - 1)
        #expect(!isDue(enough, after: 0))
        #expect(isDue(short, after: 0))
        #expect(!isDue(short, after: 599))
        #expect(isDue(short, after: 600))
        #expect(!isDue(enough, after: 601))
        #expect(isDue(short, after: 602), "it was better meanwhile")
    }

    @Test func theSystemTellsWhatIsFree() throws {
        #expect(try #require(DiskWarning.free(at: "/tmp")) > 0)
        #expect(DiskWarning.free(at: "/no/such/folder") == nil)
    }
}

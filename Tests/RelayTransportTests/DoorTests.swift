import Testing

@testable import RelayTransport

/// Who has to go is decided by a value.
@Suite(.timeLimit(.minutes(2))) struct DoorTests {
    private let start = ContinuousClock.now

    @Test func whoSaysHelloInTimeStays() {
        var door = ConnectionLimiter(most: 10, helloTimeout: .seconds(5))
        #expect(door.entered(3, now: start) == nil)
        #expect(door.entered(4, now: start + .seconds(1)) == nil)
        door.introduced(3)
        #expect(door.overdue(start + .seconds(5)) == [])
        #expect(door.overdue(start + .seconds(6)) == [4])
        #expect(door.count == 1 && !door.hasStrangers)
    }

    @Test func whoKeepsSilentForLongestMakesRoom() {
        var door = ConnectionLimiter(most: 2, helloTimeout: .seconds(5))
        #expect(door.entered(3, now: start) == nil)
        #expect(door.entered(4, now: start + .seconds(1)) == nil)
        #expect(door.entered(5, now: start + .seconds(2)) == 3)
        door.introduced(4)
        door.introduced(5)
        #expect(door.entered(6, now: start + .seconds(3)) == 6, "all others have said hello")
    }

    @Test func whereNoHelloIsSaidTheNewcomerGoes() {
        var door = ConnectionLimiter(most: 1, helloTimeout: nil)
        #expect(door.entered(3, now: start) == nil)
        #expect(door.entered(4, now: start + .seconds(1)) == 4)
        #expect(door.overdue(start + .seconds(100)) == [])
        door.left(3)
        #expect(door.entered(5, now: start) == nil)
    }

    @Test func whoseLinkIsOverSaysHelloAgainOrLeaves() {
        var door = ConnectionLimiter(most: 1, helloTimeout: .seconds(5))
        door.introduced(3)
        door.estranged(3, now: start)
        door.estranged(4, now: start)  // Has left already.
        #expect(door.overdue(start + .seconds(5)) == [3])
    }

    @Test func aProcessWithFewFilesTakesFewPeers() {
        var limits = BusLimits()
        limits.fit(files: limits.filesMax)
        #expect(limits.peersMax == 1024)
        limits.fit(files: 6_000)
        #expect(limits.filesMax <= 6_000 && limits.peersMax > 300)
        limits.fit(files: 100)
        #expect(limits.peersMax == 32)
    }

    @Test func aFilesNextConnectionIsAnother() {
        var door = ConnectionLimiter(most: 3, helloTimeout: .seconds(5))
        door.introduced(3)
        door.left(3)
        #expect(door.entered(3, now: start) == nil)
        #expect(door.overdue(start + .seconds(5)) == [3])
    }
}

import Foundation
import NIOCore
import RelayTesting
import RelayTransport
import Testing

@testable import Ingress

/// The port itself: how much it takes, and how it ends.
@Suite(.timeLimit(.minutes(1))) struct PhoneServerTests {
    @Test(arguments: [0, 1, 10, 600] as [Int64]) func theFarewellIsOverBeforeTheProcessIsCutOff(seconds: Int64) {
        let farewell = PhoneServer.farewell(within: .seconds(seconds))
        #expect(farewell.nanoseconds <= seconds * 800_000_000)
        #expect(farewell <= PhoneConnection.arrivalMax + TimeAmount.seconds(2))
        #expect(seconds < 600 || farewell > PhoneConnection.arrivalMax)
    }

    @Test func asManyFilesMayBeOpenAsTheSystemLetsIt() async throws {
        var limit = Self.openFiles
        limit.rlim_cur = limit.rlim_max - 1  // One less takes nothing from the tests beside this one.
        let result = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(result == 0)
        try await withIngress(on: try TemporaryBus(), waitsForRouter: false) { _ in
            // Another test may have lowered it for a moment.
            try await eventually { Self.openFiles.rlim_cur == Self.openFiles.rlim_max }
        }
    }

    private static var openFiles: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}

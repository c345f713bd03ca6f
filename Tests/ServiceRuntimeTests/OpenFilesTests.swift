import Foundation
import Logging
import ServiceRuntime
import Testing

/// A process takes as many connections as the system lets it, and knows how many that are.
@Suite(.timeLimit(.minutes(2))) struct OpenFilesTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static var limit: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }

    @Test func theBoundIsRaised() {
        var limit = Self.limit
        limit.rlim_cur = limit.rlim_max - 2  // Two less take nothing from the tests beside this one.
        let result = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(result == 0)
        #expect(OpenFiles.room(for: 10, beside: 10, logger: Self.logger) == 10)
        #expect(Self.limit.rlim_cur > limit.rlim_cur)
    }

    @Test func whatIsWantedBeyondTheBoundIsNotGiven() {
        #expect(OpenFiles.room(for: .max, beside: 100, logger: Self.logger) <= Int(clamping: Self.limit.rlim_max) - 100)
        #expect(OpenFiles.room(for: 5, beside: .max, logger: Self.logger) == 1)
    }
}

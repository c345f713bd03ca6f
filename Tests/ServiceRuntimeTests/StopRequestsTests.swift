import Foundation
import Testing

@testable import ServiceRuntime

/// How a process is told to end, and what happens if it does not.
@Suite(.timeLimit(.minutes(1))) struct StopRequestsTests {
    /// Without its drain's time it has those seconds that services need to notice.
    @Test func whoDoesNotEndInTimeIsEnded() async {
        await #expect(processExitsWith: .exitCode(70)) {
            close(STDIN_FILENO)  // What would end the process has come.
            let requests = StopRequests(drainTimeout: .zero, watchingInput: true)
            for await _ in requests.reasons { try await Task.sleep(for: StopRequests.overrunMax * 3) }
        }
    }
}

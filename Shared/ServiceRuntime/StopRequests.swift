import Dispatch
import Foundation
import NIOConcurrencyHelpers

/// The requests to end a process: SIGTERM, SIGINT, or the end of its standard input.
///
/// The first request begins the orderly end; a second signal, if it is not part of the same request (``repeatMax``), or
/// a drain that overruns its limit by ``overrunMax``, ends the process at once.
struct StopRequests: Sendable {
    /// How long services may take to notice that they are cancelled.
    static let overrunMax = Duration.seconds(5)

    /// Within this time of the first, a signal is the same request: shells, systemd and a ``Watchdog`` send one to a
    /// whole group.
    static let repeatMax = Duration.milliseconds(500)

    /// The reasons, in a few words. Only the first counts.
    let reasons: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation
    private let begun = NIOLockedValueBox<ContinuousClock.Instant?>(nil)
    private let drainTimeout: Duration
    private let queue = DispatchQueue(label: "baton.stop-requests")

    /// Watches until the process ends; a process has one.
    /// - Parameter watchingInput: true for a child that ends with its parent: reads standard input and drops it.
    init(drainTimeout: Duration, watchingInput: Bool) {
        (reasons, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
        self.drainTimeout = drainTimeout
        watchSignal(SIGTERM, "SIGTERM")
        watchSignal(SIGINT, "SIGINT")
        if watchingInput { watchInput() }
    }

    /// The source is kept alive by its own handler.
    private func watchSignal(_ number: Int32, _ name: String) {
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler {
            withExtendedLifetime(source) {
                // 128 + the signal's number is what a shell reports for a process that a signal has ended.
                if !begin(name) { _exit(128 + number) }
            }
        }
        source.activate()
    }

    /// Waits in `read` on a thread of its own: that works for a pipe, a terminal, a file and `/dev/null` alike.
    private func watchInput() {
        DispatchQueue(label: "baton.standard-input").async {
            var bytes = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(STDIN_FILENO, &bytes, bytes.count)
                guard count > 0 || (count < 0 && errno == EINTR) else { break }
            }
            _ = begin("standard input ended")
        }
    }

    /// Begins the orderly end.
    /// - Returns: false if it had begun before, by another request.
    private func begin(_ reason: String) -> Bool {
        let before = begun.withLockedValue { begun in
            defer { begun = begun ?? .now }
            return begun
        }
        if before == nil {
            continuation.yield(reason)
            let milliseconds = Int((drainTimeout + Self.overrunMax) / .milliseconds(1))
            queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
                StandardStream.error.writeLine("did not end within BATON_DRAIN, ends now")
                StandardStream.error.flush()
                _exit(70)
            }
        }
        return before.map { .now - $0 <= Self.repeatMax } ?? true
    }
}

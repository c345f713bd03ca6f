import Dispatch
import NIOConcurrencyHelpers
import NIOCore

/// Has a scanner read a code on a thread of its own, and brings what it read to an event loop, which has the link to
/// serve meanwhile. It decides nothing: ``TerminalCore`` says when one begins, one at a time, and whether its code
/// counts.
final class ScannerFeed: Sendable {
    private enum State {
        /// Nobody waits for what is read.
        case idle
        case wanted
        /// The event loop may be gone.
        case stopped
    }

    private let state = NIOLockedValueBox(State.idle)
    private let thread = DispatchQueue(label: "baton.scanner")
    private let eventLoop: any EventLoop
    private let onEnd: @Sendable (ScannerEnd) -> Void

    /// - Parameter onEnd: called on the event loop, once for each scanner that was begun, until ``stop()``.
    init(on eventLoop: any EventLoop, onEnd: @escaping @Sendable (ScannerEnd) -> Void) {
        self.eventLoop = eventLoop
        self.onEnd = onEnd
    }

    /// Has a scanner read, when the one before has ended.
    func begin(_ scanner: any Scanner) {
        enter(.wanted)
        thread.async { [self] in
            let end = read(scanner)
            // Under the lock: after the stop, the event loop may be shut down.
            state.withLockedValue { state in
                if state != .stopped { eventLoop.execute { self.tell(end) } }
            }
        }
    }

    /// Tells the scanner that nobody waits for its code.
    func drop() { enter(.idle) }

    /// The event loop is called no more. Called on it, when the terminal stops.
    func stop() { enter(.stopped) }

    private func enter(_ next: State) {
        state.withLockedValue { if $0 != .stopped { $0 = next } }
    }

    private func tell(_ end: ScannerEnd) {
        if state.withLockedValue({ $0 != .stopped }) { onEnd(end) }
    }

    private func read(_ scanner: any Scanner) -> ScannerEnd {
        guard isWanted else { return .failed(.nothing) }
        do throws(ScannerFailure) {
            let input = try scanner.read { self.isWanted }
            return input.map { .read($0.symbology, $0.text) } ?? .failed(.nothing)
        } catch {
            return .failed(error)
        }
    }

    private var isWanted: Bool { state.withLockedValue { $0 == .wanted } }
}

extension ScannerFailure {
    static let nothing = ScannerFailure(sentence: "The scanner read nothing; scan again.")
}

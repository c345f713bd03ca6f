import Dispatch
import NIOConcurrencyHelpers
import NIOCore

/// Has one scanner at a time read a code, on a thread of its own, and brings what it read to an event loop, which has
/// the link to serve meanwhile.
final class ScannerFeed: Sendable {
    /// How a scan ended that nobody dropped.
    enum News: Hashable, Sendable {
        case read(ScannerInput)
        case failed(ScannerFailure)
    }

    private struct State {
        /// The scan that was begun and of which the event loop has heard nothing yet.
        var unread: UInt64?
        /// How many scans were begun; the number of the newest.
        var begun: UInt64 = 0
        /// Scanners that have the thread or wait for it, those of dropped scans among them.
        var running = 0
    }

    /// One that was dropped and has yet to notice, and the next.
    private static let runningMax = 2

    private let state = NIOLockedValueBox(State())
    private let thread = DispatchQueue(label: "baton.scanner")
    private let eventLoop: any EventLoop
    private let news: @Sendable (News) -> Void

    /// - Parameter news: called on the event loop, once for each scan that is not dropped.
    init(on eventLoop: any EventLoop, news: @escaping @Sendable (News) -> Void) {
        self.eventLoop = eventLoop
        self.news = news
    }

    /// Whether a scan is still to be read.
    var isReading: Bool { state.withLockedValue { $0.unread != nil } }

    /// Has a scanner read.
    /// - Returns: false if one is reading, or if dropped ones still have the thread; then nothing has happened.
    func begin(_ scanner: any Scanner) -> Bool {
        let scan: UInt64? = state.withLockedValue { state in
            guard state.unread == nil, state.running < Self.runningMax else { return nil }
            state.begun += 1
            state.running += 1
            state.unread = state.begun
            return state.begun
        }
        guard let scan else { return false }
        thread.async { self.run(scanner, for: scan) }
        return true
    }

    /// Drops the scan that is still to be read: nothing is heard of it any more.
    /// - Returns: false if there is none.
    func drop() -> Bool {
        state.withLockedValue { state in
            defer { state.unread = nil }
            return state.unread != nil
        }
    }

    private func run(_ scanner: any Scanner, for scan: UInt64) {
        let end = isWanted(scan) ? read(scanner, for: scan) : nil
        state.withLockedValue { $0.running -= 1 }
        guard let end else { return }
        eventLoop.execute {
            let isHeard: Bool = self.state.withLockedValue { state in
                guard state.unread == scan else { return false }
                state.unread = nil
                return true
            }
            if isHeard { self.news(end) }
        }
    }

    private func read(_ scanner: any Scanner, for scan: UInt64) -> News {
        do throws(ScannerFailure) {
            return try scanner.read { self.isWanted(scan) }.map(News.read) ?? .failed(.nothing)
        } catch {
            return .failed(error)
        }
    }

    private func isWanted(_ scan: UInt64) -> Bool { state.withLockedValue { $0.unread == scan } }
}

extension ScannerFailure {
    static let nothing = ScannerFailure(sentence: "The scanner read nothing; scan again.")
}

import Dispatch
import NIOConcurrencyHelpers
import NIOCore

/// Runs scanners on a thread of its own, one after the other, and brings what they read to an event loop, which has the
/// link to serve meanwhile.
///
/// Both ways are bounded: one scanner waits while another reads, and one reading waits for the event loop. Of what a
/// scanner gives faster than the event loop takes, the newest counts: it is of the phone that is there now.
final class ScannerFeed: Sendable {
    enum News: Hashable, Sendable {
        case read(ScannerInput)
        case failed(ScannerFailure)
    }

    private struct State {
        /// Goes up when the merchant drops what was begun: what earlier scanners give is left out.
        var round: UInt64 = 0
        /// Scanners that were begun and have not ended, of this round and of earlier ones.
        var open: [UInt64] = []
        /// What the event loop has yet to take.
        var newest: ScannerInput?
    }

    /// One reads, one waits.
    private static let openMax = 2

    private let state = NIOLockedValueBox(State())
    private let thread = DispatchQueue(label: "baton.scanner")
    private let eventLoop: any EventLoop
    private let news: @Sendable (News) -> Void

    /// - Parameter news: called on the event loop.
    init(on eventLoop: any EventLoop, news: @escaping @Sendable (News) -> Void) {
        self.eventLoop = eventLoop
        self.news = news
    }

    /// Has a scanner read, after the one that is reading.
    /// - Returns: false if one is waiting already; then nothing has happened.
    func begin(_ scanner: any Scanner) -> Bool {
        let round: UInt64? = state.withLockedValue { state in
            guard state.open.count < Self.openMax else { return nil }
            state.open.append(state.round)
            return state.round
        }
        guard let round else { return false }
        thread.async { self.run(scanner, in: round) }
        return true
    }

    /// Leaves out whatever the scanners of before are yet to give.
    /// - Returns: whether there was anything to be left out.
    func drop() -> Bool {
        state.withLockedValue { state in
            let isBusy = state.newest != nil || state.open.contains(state.round)
            state.newest = nil
            state.round += 1
            return isBusy
        }
    }

    private func run(_ scanner: any Scanner, in round: UInt64) {
        if isCurrent(round) {
            do throws(ScannerFailure) {
                try scanner.read { self.given($0, in: round) }
            } catch {
                eventLoop.execute { if self.isCurrent(round) { self.news(.failed(error)) } }
            }
        }
        state.withLockedValue { state in
            if let index = state.open.firstIndex(of: round) { state.open.remove(at: index) }
        }
    }

    private func given(_ input: ScannerInput, in round: UInt64) {
        let isFirst: Bool = state.withLockedValue { state in
            guard state.round == round else { return false }
            defer { state.newest = input }
            return state.newest == nil
        }
        guard isFirst else { return }  // The event loop will come for it.
        eventLoop.execute {
            let newest = self.state.withLockedValue { state in
                defer { state.newest = nil }
                return state.newest
            }
            if let newest { self.news(.read(newest)) }
        }
    }

    private func isCurrent(_ round: UInt64) -> Bool { state.withLockedValue { $0.round == round } }
}

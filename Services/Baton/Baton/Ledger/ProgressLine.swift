import Foundation
import ServiceRuntime

/// One line on standard error that says how far a command is, written over at most ten times a second. Where standard
/// error is no terminal it says nothing.
final class ProgressLine {
    private static let pause = Duration.milliseconds(100)
    private let isTerminal = StandardStream.error.isTerminal
    private var told = ContinuousClock.now

    func tell(_ what: @autoclosure () -> String) {
        guard isTerminal, .now - told >= Self.pause else { return }
        told = .now
        StandardStream.error.write(Array("\r\u{1B}[K\(what())".utf8))
    }

    /// Makes room for what comes next.
    func end() { if isTerminal { StandardStream.error.write(Array("\r\u{1B}[K".utf8)) } }
}

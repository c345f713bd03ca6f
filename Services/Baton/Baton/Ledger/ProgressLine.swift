import Foundation
import ServiceRuntime

/// One line on standard error with a command's progress, updated at most ten times a second. It prints nothing if
/// standard error is not a terminal.
final class ProgressLine {
    private static let pause = Duration.milliseconds(100)
    private let isTerminal = StandardStream.error.isTerminal
    private var told = ContinuousClock.now

    func tell(_ what: @autoclosure () -> String) {
        guard isTerminal, .now - told >= Self.pause else { return }
        told = .now
        StandardStream.error.write(Array("\r\u{1B}[K\(what())".utf8))
    }

    /// Clears the line.
    func end() { if isTerminal { StandardStream.error.write(Array("\r\u{1B}[K".utf8)) } }
}

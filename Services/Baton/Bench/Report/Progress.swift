import Foundation

/// Shows a run's progress on standard error: one line that is overwritten, or, without a terminal, a line now and then.
final class Progress: Sendable {
    /// Without a terminal, a line is printed only every this many seconds.
    private static let linesEvery = 5
    let isTerminal = isatty(STDERR_FILENO) == 1

    /// One line about what begins.
    func tell(_ what: String) { write("\(clear)\(what)\(isTerminal ? "" : "\n")") }

    func tell(_ what: String, second: Int, of seconds: Int, rate: Double, others: Int) {
        guard isTerminal || second % Self.linesEvery == 0 || second == seconds else { return }
        let trouble = others > 0 ? ", \(others) not approved" : ""
        tell("\(what): \(second) of \(seconds) s, \(rate.rounded().grouped)/s\(trouble)")
    }

    /// One line that stays.
    func printLine(_ what: String) { write("\(clear)\(what)\n") }

    /// Clears the line before standard output is written.
    func end() { if isTerminal { write(clear) } }

    private var clear: String { isTerminal ? "\r\u{1B}[K" : "" }
    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

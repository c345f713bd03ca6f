import Foundation

/// Tells on standard error how far a run is: one line that is written over, or, where no terminal is, a line now and
/// then.
final class Progress: Sendable {
    /// Without a terminal only every so many seconds are told.
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

    /// Makes room for what comes on standard output.
    func end() { if isTerminal { write(clear) } }

    private var clear: String { isTerminal ? "\r\u{1B}[K" : "" }
    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

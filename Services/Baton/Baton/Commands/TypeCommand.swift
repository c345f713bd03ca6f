import ArgumentParser
import RelayDomain

/// `baton type <terminal> <line>`.
struct TypeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "type",
        abstract:
            "Types a line at a relay terminal of `baton demo`, as its merchant would: an amount, or a code to scan.",
        discussion: "Example: baton type counter-1 \"amount 9.90 EUR\". Exit code 1 if no terminal reads it.")

    @Argument(help: "The terminal's ID.")
    var terminal: TerminalID

    @Argument(
        parsing: .remaining,
        help: "The line; without it a line of standard input, so that no process list shows a code.")
    var words: [String] = []

    func run() throws {
        let keyboard = KeyboardPipe(terminal.text, in: try BatonConfiguration().home)
        let line = words.isEmpty ? readLine() ?? "" : words.joined(separator: " ")
        guard keyboard.type(line) else { throw OperatorError.noKeyboard(path: keyboard.path) }
    }
}

import ArgumentParser
import Foundation
import ServiceRuntime

/// Prints a command's result: it has been written when this returns, however slow the reader is.
/// - Throws: ``OperatorError/notPrinted(reason:)``; only `ExitCode` if the reader of a pipe is gone, because a message
///   would have no reader.
func print(_ text: String, terminator: String = "\n") throws {
    switch StandardStream.output.writeWaiting(Array((text + terminator).utf8)) {
    case nil: break
    case EPIPE?: throw ExitCode(OperatorError.notPrintedCode)
    case let error?: throw OperatorError.notPrinted(reason: String(cString: strerror(error)))
    }
}

/// Prints one line while a command continues, also if standard output is a pipe or a file. Without a reader it is lost.
func printLine(_ line: String) { StandardStream.output.writeLine(line) }

/// Prints one line to standard error, at once.
func printNotice(_ line: String) { StandardStream.error.writeLine("baton: \(line)") }

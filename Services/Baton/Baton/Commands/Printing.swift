import ArgumentParser
import Foundation
import ServiceRuntime

/// Prints what a command was asked for: written when it returns, however slow its reader is.
/// - Throws: ``OperatorError/notPrinted(reason:)``; `ExitCode` alone where the reader of a pipe is gone, for nobody is
///   there to be told.
func print(_ text: String, terminator: String = "\n") throws {
    switch StandardStream.output.writeWaiting(Array((text + terminator).utf8)) {
    case nil: break
    case EPIPE?: throw ExitCode(OperatorError.notPrintedCode)
    case let error?: throw OperatorError.notPrinted(reason: String(cString: strerror(error)))
    }
}

/// Says one line while a command goes on, also where standard output is a pipe or a file. Without a reader it is lost.
func printLine(_ line: String) { StandardStream.output.writeLine(line) }

/// Prints one line to standard error, at once.
func printNotice(_ line: String) { StandardStream.error.writeLine("baton: \(line)") }

import ArgumentParser
import Foundation
import RelayJournal
import RelayTransport
import SQLiteLog
import ServiceRuntime

/// The entry point of the executable `baton`.
public enum BatonCommandLine {
    /// Carries out the command that the arguments name, then exits: 0 if it did what it was asked to, 64 for arguments
    /// and settings, and otherwise what the command's help says.
    public static func run(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) async -> Never {
        ProcessGuard.begin()
        umask(0o077)  // Files that a command makes are for its user only, unless it sets another mode.
        var usage = BatonCommand.usageString()
        do {
            var command = try BatonCommand.parseAsRoot(arguments)
            usage = BatonCommand.usageString(for: type(of: command))
            if var lasting = command as? any AsyncParsableCommand {
                try await lasting.run()
            } else {
                try command.run()
            }
            end(exitCode: 0)
        } catch let error as any StartFailure {
            fail(error.line, exitCode: error.exitCode)
        } catch let error as OperatorError {
            fail("\(error)", exitCode: error.exitCode)
        } catch let mistake as ShopMistake {
            fail("\(mistake)", exitCode: 1)
        } catch let error as JournalError {
            fail("\(error)", exitCode: 1)
        } catch let error as BackupError {
            fail(error.line, exitCode: 1)
        } catch let error as TransportError {
            fail("\(error)", exitCode: 1)
        } catch let error as ValidationError {
            fail("\(error.message)\nUsage: \(usage)", exitCode: 64)
        } catch let error as CocoaError {
            let path = (error as NSError).userInfo[NSFilePathErrorKey] as? String
            fail([path, systemReason(error)].compactMap(\.self).joined(separator: ": "), exitCode: 1)
        } catch {
            StandardStream.output.flush()
            StandardStream.error.flush()
            BatonCommand.exit(withError: error)
        }
    }

    private static func fail(_ line: String, exitCode: Int32) -> Never {
        printNotice(line)
        end(exitCode: exitCode)
    }

    /// Ends the process; pending output is written first, if it has a reader.
    private static func end(exitCode: Int32) -> Never {
        StandardStream.output.flush()
        StandardStream.error.flush()
        exit(exitCode)
    }
}

extension BackupError {
    /// The line that the command's user reads.
    var line: String {
        if case .noJournals = self { "\(self); is BATON_HOME the relay's?" } else { "\(self)" }
    }
}

/// `baton`: its commands.
struct BatonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baton",
        abstract: "Runs and operates a relay between customers' phones and a shop's terminals and POS.",
        discussion: """
            Settings are environment variables, with their defaults:

            \(BatonConfiguration.help)
            """,
        version: ServiceProcess.version,
        subcommands: [
            UpCommand.self, DemoCommand.self, ApplyCommand.self, ShopCommand.self, GetCommand.self, SubmitCommand.self,
            TypeCommand.self, TraceCommand.self,
            ResolveCommand.self, JournalCommand.self, TagsCommand.self, KeysCommand.self, BenchCommand.self,
        ])
}

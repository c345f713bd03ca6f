import DeviceProtocol
import RelayDomain

/// A device's record of a command.
public struct CommandRecord: Hashable, Sendable {
    /// The command that it is about.
    public let command: CommandID
    /// The last report on the command, which a repeat gets again.
    public let report: CommandReport
    /// Whether the relay has sent the outcome, or no longer knows the command: nothing is left to do.
    public let isFinished: Bool

    /// A record of a command's last report.
    public init(_ command: CommandID, _ report: CommandReport, isFinished: Bool = false) {
        self.command = command
        self.report = isFinished ? report.withoutSealedBytes : report
        self.isFinished = isFinished
    }

    /// The same, with nothing left to do.
    public var finished: CommandRecord { CommandRecord(command, report, isFinished: true) }
}

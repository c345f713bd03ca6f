import DeviceProtocol
import RelayDomain

/// A device's record of a command.
public struct CommandRecord: Hashable, Sendable {
    public let command: CommandID
    public let report: CommandReport
    /// Whether the relay has sent the outcome, or no longer knows the command: nothing is left to do.
    public let isFinished: Bool

    public init(_ command: CommandID, _ report: CommandReport, isFinished: Bool = false) {
        self.command = command
        self.report = isFinished ? report.withoutSealedBytes : report
        self.isFinished = isFinished
    }

    /// The same, with nothing left to do.
    public var finished: CommandRecord { CommandRecord(command, report, isFinished: true) }
}

import DeviceProtocol
import RelayDomain

/// What a device remembers of a command.
public struct CommandRecord: Hashable, Sendable {
    public let command: CommandID
    public let report: CommandReport
    /// Whether the relay has told the outcome, or does not know the command any more: nothing is left to be done.
    public let isFinished: Bool

    public init(_ command: CommandID, _ report: CommandReport, isFinished: Bool = false) {
        self.command = command
        self.report = isFinished ? report.withoutSealedBytes : report
        self.isFinished = isFinished
    }

    /// The same, with nothing left to be done.
    public var finished: CommandRecord { CommandRecord(command, report, isFinished: true) }
}

import DeviceProtocol
import RelayDomain

/// What a device remembers of a command.
public struct CommandRecord: Hashable, Sendable {
    public let command: CommandID
    public let word: CommandWord
    /// Whether the relay has told the outcome, or does not know the command any more: nothing is left to be done.
    public let isSettled: Bool

    public init(_ command: CommandID, _ word: CommandWord, isSettled: Bool = false) {
        self.command = command
        self.word = isSettled ? word.withoutSealedBytes : word
        self.isSettled = isSettled
    }

    /// The same, with nothing left to be done.
    public var settled: CommandRecord { CommandRecord(command, word, isSettled: true) }
}

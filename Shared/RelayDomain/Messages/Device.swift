/// What connects to a gateway.
public enum Device: Hashable, Sendable, CustomStringConvertible {
    case terminal(TerminalID)
    case pos(POSID)

    public var description: String {
        switch self {
        case .terminal(let id): "terminal \(id)"
        case .pos(let id): "pos \(id)"
        }
    }
}

/// Which of a device's sessions is the newest: the higher pair wins, whichever gateway holds it.
public struct ConnectionCount: Hashable, Comparable, Sendable {
    /// The journal term of the router that granted the session.
    public let term: UInt64
    public let number: UInt64

    public init(term: UInt64, number: UInt64) {
        self.term = term
        self.number = number
    }

    public static func < (left: Self, right: Self) -> Bool { (left.term, left.number) < (right.term, right.number) }
}

/// What a device tells the relay about a command or a scan.
public enum DeviceCall: Hashable, Sendable {
    /// I have the command; may I go on?
    case received(CommandID, at: Instant)
    /// Ask the destination. The sealed bytes come back unopened.
    case submit(CommandID, SealedInformation, amount: Amount?, at: Instant)
    /// What became of a command.
    case result(CommandID, CommandResult, at: Instant)
    /// My scanner read a code.
    case scan(ScannedCode, at: Instant)
    /// The merchant wants no more of this command, or of what I scanned.
    case cancel(Cancelable, at: Instant)
    /// I am back, and know these commands: what became of them?
    case resume([CommandID])

    /// How many commands one `resume` may name.
    public static let resumedMost = 64
}

/// What a device can want no more of.
public enum Cancelable: Hashable, Sendable {
    case command(CommandID)
    case scan(SubmissionKeyText)
}

/// A device's last word on a command.
public enum CommandResult: Hashable, Sendable {
    /// Entered into the POS program and sent; the POS's answer if it could be read.
    case entered(POSAnswer?)
    case refused(ReasonCode)
    case uncertain
}

/// What the relay answers to a ``DeviceCall``.
public enum DeviceReply: Hashable, Sendable {
    /// `received`: go on. `submit`, `result`, `scan`: durable.
    case proceed(CommandID)
    case taken(CommandID)
    /// `scan`: accepted as this transaction.
    case accepted(TransactionID)
    /// `resume`: each command's state.
    case states([CommandStatus])
    case refused(Refused)
}

/// Where one command stands.
public struct CommandStatus: Hashable, Sendable {
    public let command: CommandID
    /// Nil: the relay does not know the command for this device.
    public let status: TransactionStatus?

    public init(command: CommandID, status: TransactionStatus?) {
        self.command = command
        self.status = status
    }
}

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

/// Orders a device's sessions: the higher pair is the newer session, at any gateway.
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

/// Whether a device reports that it can carry out a command now. A device that reports nothing is ready.
public struct DeviceReadiness: Hashable, Sendable {
    public let isReady: Bool
    /// The device's reason; nil if it names none.
    public let reason: ReasonCode?

    public static let ready = DeviceReadiness(isReady: true, reason: nil)

    /// - Parameter reason: counts only for a device that is not ready.
    public init(isReady: Bool, reason: ReasonCode?) {
        self.isReady = isReady
        self.reason = isReady ? nil : reason
    }

    public static func notReady(_ reason: ReasonCode?) -> Self { Self(isReady: false, reason: reason) }
}

/// A device's call about a command or a scan.
public enum DeviceCall: Hashable, Sendable {
    /// The device has the command and asks for permission to start.
    case received(CommandID, at: Instant)
    /// Ask the destination. The sealed bytes come back unopened.
    case submit(CommandID, SealedInformation, amount: Amount?, at: Instant)
    /// A command's result, and the evidence of a POS agent.
    case result(CommandID, CommandResult, Evidence? = nil, at: Instant)
    /// The terminal's scanner has read a code.
    case scan(ScannedCode, at: Instant)
    /// The merchant cancels this command, this device's scan, or the transaction passing at its tag.
    case cancel(Cancelable, at: Instant)
    /// The device is back, and asks for the state of these commands and scans.
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    /// Whether the device can carry out a command now, and the reason if not.
    case state(isReady: Bool, reason: ReasonCode?)

    /// How many commands and scans one `resume` may name together.
    public static let resumedMax = 64
}

/// What a device can cancel.
public enum Cancelable: Hashable, Sendable {
    case command(CommandID)
    case scan(SubmissionKeyText)
    /// One that passes at the tag of a paired terminal: the relay terminal there may cancel it.
    case transaction(TransactionID)
}

/// A device's result of a command.
public enum CommandResult: Hashable, Sendable {
    /// Entered into the POS program and sent; the POS's answer if it could be read.
    case entered(POSAnswer?)
    case refused(ReasonCode)
    case uncertain
}

extension CommandResult: CustomStringConvertible {
    /// In the words of the device protocol, such as `entered, declined codeUsed`, without the texts that came with it.
    public var description: String {
        switch self {
        case .entered(let answer): "entered" + (answer.map { ", \($0)" } ?? "")
        case .refused(let reason): "refused: \(reason)"
        case .uncertain: "uncertain"
        }
    }
}

/// What the relay answers to a ``DeviceCall``.
public enum DeviceReply: Hashable, Sendable {
    /// `received`: go on.
    case proceed(CommandID)
    /// `submit`, `result`, `cancel`: durable. To `submit` with the outcome, if there is one already.
    case taken(CommandID, TransactionStatus? = nil)
    /// `scan`: accepted as this transaction; with its outcome, if there is one already.
    case accepted(TransactionID, TransactionStatus? = nil)
    /// `resume`: the state of each command and each scan.
    case states([CommandStatus], scans: [ScanStatus] = [])
    /// `state`: recorded for the session.
    case noted
    case refused(Refused)

    /// The outcome that came soon enough to be told with the answer, in place of an event.
    public var outcome: TransactionStatus? {
        switch self {
        case .taken(_, let status), .accepted(_, let status): status
        case .proceed, .states, .noted, .refused: nil
        }
    }
}

/// The state of one command.
public struct CommandStatus: Hashable, Sendable {
    public let command: CommandID
    /// Nil: the relay does not know the command for this device.
    public let status: TransactionStatus?

    public init(command: CommandID, status: TransactionStatus?) {
        self.command = command
        self.status = status
    }
}

/// The state of one scan.
public struct ScanStatus: Hashable, Sendable {
    public let scan: SubmissionKeyText
    /// Nil: the relay does not know the scan of this terminal.
    public let status: TransactionStatus?

    public init(scan: SubmissionKeyText, status: TransactionStatus?) {
        self.scan = scan
        self.status = status
    }
}

/// The state of a transaction that passes at the tag of a paired counter, for its relay terminal, which only displays
/// it.
public struct Passing: Hashable, Sendable {
    public let application: ApplicationID
    public let operation: Operation
    public let status: TransactionStatus

    public init(application: ApplicationID, operation: Operation, status: TransactionStatus) {
        self.application = application
        self.operation = operation
        self.status = status
    }
}

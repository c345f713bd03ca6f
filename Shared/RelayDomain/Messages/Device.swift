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

/// Whether a device says that it could carry a command out now. Who says nothing is ready.
public struct DeviceReadiness: Hashable, Sendable {
    public let isReady: Bool
    /// The device's own word for why it is not; nil if it names none.
    public let reason: ReasonCode?

    public static let ready = DeviceReadiness(isReady: true, reason: nil)

    /// - Parameter reason: counts only for a device that is not ready.
    public init(isReady: Bool, reason: ReasonCode?) {
        self.isReady = isReady
        self.reason = isReady ? nil : reason
    }

    public static func notReady(_ reason: ReasonCode?) -> Self { Self(isReady: false, reason: reason) }
}

/// What a device tells the relay about a command or a scan.
public enum DeviceCall: Hashable, Sendable {
    /// I have the command; may I go on?
    case received(CommandID, at: Instant)
    /// Ask the destination. The sealed bytes come back unopened.
    case submit(CommandID, SealedInformation, amount: Amount?, at: Instant)
    /// What became of a command, and what a POS agent saw when it sent.
    case result(CommandID, CommandResult, Evidence? = nil, at: Instant)
    /// My scanner read a code.
    case scan(ScannedCode, at: Instant)
    /// The merchant cancels this command, this device's scan, or the transaction passing at its tag.
    case cancel(Cancelable, at: Instant)
    /// I am back, and know these commands and scans: what became of them?
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    /// Whether I could carry out a command now, and my word for why not.
    case state(isReady: Bool, reason: ReasonCode?)

    /// How many commands and scans one `resume` may name together.
    public static let resumedMax = 64
}

/// What a device can want no more of.
public enum Cancelable: Hashable, Sendable {
    case command(CommandID)
    case scan(SubmissionKeyText)
    /// One that passes at the tag of a paired terminal: the relay terminal there may cancel it.
    case transaction(TransactionID)
}

/// A device's last word on a command.
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
    /// `received`: go on. `submit`, `result`, `scan`: durable.
    case proceed(CommandID)
    case taken(CommandID)
    /// `scan`: accepted as this transaction.
    case accepted(TransactionID)
    /// `resume`: where each command and each scan stands.
    case states([CommandStatus], scans: [ScanStatus] = [])
    /// `state`: known.
    case noted
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

/// Where one scan stands.
public struct ScanStatus: Hashable, Sendable {
    public let scan: SubmissionKeyText
    /// Nil: the relay does not know the scan of this terminal.
    public let status: TransactionStatus?

    public init(scan: SubmissionKeyText, status: TransactionStatus?) {
        self.scan = scan
        self.status = status
    }
}

/// Where a transaction stands that passes at the tag of a paired counter: for its relay terminal, which carries nothing
/// out there.
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

import DeviceLink
import DeviceProtocol
import RelayDomain

/// What happens to a POS agent.
public enum AgentInput: Hashable, Sendable, DeviceInput {
    case relay(RelayNews)
    /// The driver ended the step of this number.
    case driven(UInt64, DriverNews)
    /// The process is to end: nothing new is begun.
    case stopping
}

/// How a driver's step ended.
public enum DriverNews: Hashable, Sendable {
    /// The POS program gave a sign of life.
    case alive
    case located(InputWindow)
    case activated(ActiveWindow)
    /// The field was read back and holds the code.
    case entered
    /// The end of a look or of a clearing.
    case seen(WindowSight)
    case sent(Evidence.Sighting)
    case confirmed(Confirmation)
    case failed(DriverFailure)
    /// The sealed bytes did not open, so nothing was done.
    case unreadable
}

/// One step for the driver.
public enum DriverStep: Hashable, Sendable {
    case probe
    case locate(ApplicationID)
    case activate(InputWindow)
    /// Open the sealed bytes, enter the text, forget it.
    case enter(WindowOpening, mark: CommandID, SealedCode)
    /// Open the sealed bytes, compare the field with the text, forget it.
    case look(WindowOpening, SealedCode)
    /// Send. The code is only looked for in what the driver reads, and forgotten.
    case send(WindowOpening, mark: CommandID, sum: Amount?, SealedCode)
    /// Ask what became of the sending. Without the code, which a restart forgets, no text that was read is passed on.
    case confirm(CommandID, wait: Duration, SealedCode?)
    case clear(WindowOpening)
    /// The command has ended.
    case finish

    /// The code that the step is about, if it comes with it.
    var sealed: SealedCode? {
        switch self {
        case .enter(_, mark: _, let sealed), .look(_, let sealed), .send(_, mark: _, sum: _, let sealed): sealed
        case .confirm(_, wait: _, let sealed): sealed
        case .probe, .locate, .activate, .clear, .finish: nil
        }
    }
}

/// A command's code, which only the sealing key opens.
public struct SealedCode: Hashable, Sendable {
    public let information: SealedInformation
    public let context: SealingContext

    public init(_ command: Command) {
        information = command.sealed
        context = command.sealedFor
    }
}

/// What an agent does. Nothing of it happens before the step's entries are durable.
public enum AgentOutput: Hashable, Sendable, DeviceOutput {
    case call(RelayCall, DeviceRequest)
    /// The driver's answer comes back under the number.
    case drive(UInt64, DriverStep)
    case note(AgentNote)
    /// Nothing is being carried out any more, and nothing will be.
    case stopped

    public var call: (call: RelayCall, request: DeviceRequest)? {
        if case .call(let call, let request) = self { (call, request) } else { nil }
    }
}

/// What the log of an agent tells. It never holds a code.
public enum AgentNote: Hashable, Sendable {
    case begins(Command)
    /// A restart found that the command's code may stand in the POS's field.
    case clears(CommandID)
    /// The POS program gives signs of life again.
    case ready
    case notReady(ReasonCode)
    case ended(CommandID, CommandResult, Evidence?)
    case outcome(TransactionStatus)
    /// The relay did not let the agent begin, or did not take its word.
    case refused(CommandID, DeviceError)
}

import DeviceLink
import DeviceProtocol
import RelayDomain

/// What happens to a terminal.
public enum TerminalInput: Hashable, Sendable {
    /// A session with the relay stands; its time is known.
    case opened(RelayClock)
    case lost
    /// A command came; `known` is what the journal remembers of it.
    case command(Command, known: CommandRecord?)
    case cancel(CommandID)
    case outcome(CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    case answered(TerminalCall, DeviceReply)
    case failed(TerminalCall, DeviceSessionStateMachine.CallFailure)
    /// The merchant keyed a sum.
    case keyed(Amount)
    /// The scanner read a code.
    case scanned(Symbology, ScannedText)
    /// ``TerminalCore/deadline`` may have passed.
    case timePassed
}

/// What a terminal does. Nothing of it happens before the step's entries are durable.
public enum TerminalOutput: Hashable, Sendable {
    case call(TerminalCall, DeviceRequest)
    case show(TerminalDisplay)
}

/// What a terminal's display shows. It never holds a code.
public enum TerminalDisplay: Hashable, Sendable {
    case online
    case offline
    /// Key the sum; the phone's, if it named one.
    case askAmount(ApplicationID, Operation, phone: Amount?)
    /// The sum waits for the next tap or scan.
    case amountReady(Amount)
    /// The relay is being asked.
    case asking(ApplicationID?, Operation?, Amount?)
    case outcome(TransactionStatus)
    /// One thing at a time.
    case busy
    /// There is no session: a code must not wait.
    case scanNeedsSession
    /// The relay did not take a command or a scan on.
    case refused(DeviceError)
    /// Nobody knows; the customer and the merchant must not try again yet.
    case noAnswer
}

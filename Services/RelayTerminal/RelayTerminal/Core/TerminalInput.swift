import DeviceLink
import DeviceProtocol
import RelayDomain

/// What happens to a terminal.
public enum TerminalInput: Hashable, Sendable, DeviceInput {
    case relay(RelayNews)
    /// The merchant keyed a sum.
    case keyed(Amount)
    /// The scanner read a code.
    case scanned(Symbology, ScannedText)
    /// The merchant wants no more of what the terminal is busy with.
    case canceled
}

/// What a terminal does. Nothing of it happens before the step's entries are durable.
public enum TerminalOutput: Hashable, Sendable, DeviceOutput {
    case call(RelayCall, DeviceRequest)
    case show(TerminalDisplay)

    public var call: (call: RelayCall, request: DeviceRequest)? {
        if case .call(let call, let request) = self { (call, request) } else { nil }
    }
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
    /// There is nothing to cancel.
    case idle
    /// It is canceled, and nothing of it was sent.
    case canceled
    /// The relay is yet to note the merchant's wish. Nothing is submitted any more meanwhile.
    case canceling
    /// The relay has noted the merchant's wish; the outcome tells what came of it.
    case cancelNoted
    /// There is no session: a code must not wait.
    case scanNeedsSession
    /// The relay does not take the scan on for now; the terminal goes on trying for a while.
    case tryingAgain(DeviceError)
    /// The relay did not take a command or a scan on.
    case refused(DeviceError)
    /// A code was scanned before the terminal's restart, and what came of it has not been told.
    case scanInDoubt
    /// Nobody knows; the customer and the merchant must not try again yet.
    case noAnswer
}

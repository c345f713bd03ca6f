import DeviceProtocol
import RelayDomain

/// A call of a device without what it carries: by it a core knows the answer again.
public enum RelayCall: Hashable, Sendable {
    case received(CommandID)
    case submit(CommandID)
    case result(CommandID)
    case scan(SubmissionKeyText)
    case cancel(Cancelable)
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    case state(isReady: Bool, reason: ReasonCode?)
}

/// What a device's core hears of the relay.
public enum RelayNews: Hashable, Sendable {
    /// A session stands: the relay's time is known, and where the device stands.
    case opened(RelayTimeEstimate, CounterFacts)
    case lost
    /// A command came; `known` is what the journal remembers of it.
    case command(Command, known: CommandRecord?)
    case cancel(CommandID)
    case outcome(CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    /// The relay's time, anew.
    case time(RelayTimeEstimate)
    /// At a paired terminal: where a transaction stands that passes at its tag.
    case passing(Passing)
    case answered(RelayCall, DeviceReply)
    case failed(RelayCall, DeviceSessionStateMachine.CallFailure)
    /// ``DeviceCore/deadline`` may have passed.
    case timePassed
}

import DeviceProtocol
import RelayDomain

/// A device's call without its contents, by which a core recognises the answer.
public enum RelayCall: Hashable, Sendable {
    case received(CommandID)
    case submit(CommandID)
    case result(CommandID)
    case scan(SubmissionKeyText)
    case cancel(Cancelable)
    case resume([CommandID], scans: [SubmissionKeyText] = [])
    case state(isReady: Bool, reason: ReasonCode?)
}

/// What a device's core gets from the relay.
public enum RelayNews: Hashable, Sendable {
    /// A session is open: the relay's time and the facts about the counter are known.
    case opened(RelayTimeEstimate, CounterFacts)
    case lost
    /// A command came; `known` is the journal's record of it.
    case command(Command, known: CommandRecord?)
    case cancel(CommandID)
    case outcome(CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    /// A new estimate of the relay's time.
    case time(RelayTimeEstimate)
    /// At a paired terminal: the state of a transaction that passes at its tag.
    case passing(Passing)
    case answered(RelayCall, DeviceReply)
    case failed(RelayCall, DeviceSessionStateMachine.CallFailure)
    /// ``DeviceCore/deadline`` may have passed.
    case timePassed
}

/// A message from a router to a gateway.
public enum GatewayOrder: Hashable, Sendable {
    /// Answers a claim.
    case claimed(DeviceSession, CounterFacts)
    case claimRefused(Device, Refused)
    /// Answers a call.
    case reply(DeviceReply)
    case command(DeviceSession, Command)
    /// This command is canceled.
    case cancel(DeviceSession, CommandID)
    /// How a command or a scan of this device ended.
    case outcome(DeviceSession, CommandID?, scan: SubmissionKeyText?, TransactionStatus)
    /// A transaction at the tag of a paired counter, for its relay terminal.
    case passing(DeviceSession, Passing)
    /// A newer session exists; close this one.
    case sessionReplaced(DeviceSession)
    /// This device, or its pairing, was removed from the registry; close the session.
    case sessionUnregistered(DeviceSession)
    case tables(GatewayTables)
}

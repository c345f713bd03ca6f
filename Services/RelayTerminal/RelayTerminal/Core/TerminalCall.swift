import DeviceProtocol
import RelayDomain

/// What a terminal may ask the relay, without what it carries: by it the core knows the answer again.
public enum TerminalCall: Hashable, Sendable {
    case received(CommandID)
    case submit(CommandID)
    case result(CommandID)
    case scan(SubmissionKeyText)
    case resume([CommandID])
}

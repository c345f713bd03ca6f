/// A message that one end of a link sent and the other could not read: for the log, and never with a value out of it.
public enum Unread: Equatable, Sendable {
    /// The peer's message meant nothing here. The peer has been told so.
    case here(reason: String)
    /// The peer could not read ours.
    case there(reason: String)
}

/// A message that one end of a link sent and the other could not read: for the log, and never with one of its values.
public enum Unread: Equatable, Sendable {
    /// The peer's message could not be read here. The peer has been told.
    case here(reason: String)
    /// The peer could not read ours.
    case there(reason: String)
}

/// Why a link that was open is open no more.
public enum LinkLoss: String, Sendable, CaseIterable {
    /// Nothing was heard for three seconds: the process hangs, or the network is cut.
    case silent
    /// The connection broke: the process ended, or a message was too long for its socket.
    case disconnected
    /// A message could not be sent, because the peer has gone.
    case unreachable
    /// The other end said that it leaves, or that it does not know us (any more).
    case goodbye
    /// The other end speaks another version of the envelope.
    case unsupportedVersion
    /// Another router showed a higher term for the same journal.
    case superseded
    /// This end closed the link.
    case closed
}

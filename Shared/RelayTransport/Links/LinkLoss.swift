/// Why a link that was open is open no more.
public enum LinkLoss: String, Sendable, CaseIterable {
    /// No message for three seconds: the process hangs, or the network is cut.
    case silent
    /// The connection broke: the process ended, or a message was too long for its socket.
    case disconnected
    /// A message could not be sent, because the peer has gone.
    case unreachable
    /// The other end said goodbye: it ends, or it does not know this link (any more).
    case goodbye
    /// The other end speaks another version of the envelope.
    case unsupportedVersion
    /// Another router has a higher term for the same journal.
    case superseded
    /// This end closed the link.
    case closed
}

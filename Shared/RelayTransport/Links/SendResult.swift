/// What became of a message at the socket. Only `sent` hands it over; after any other answer nothing has left.
public enum SendResult: String, Sendable, CaseIterable {
    /// The socket took the message. It may still be lost with its link.
    case sent
    /// There is no open link to that peer or journal.
    case unreachable
    /// The peer's queue is full: the high-water mark is reached, or, for a request, too many wait already.
    case full
    /// The message is longer than ``BusLimits/messageBytesMax``; sending it again cannot help.
    case tooLong
}

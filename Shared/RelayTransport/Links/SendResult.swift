/// The result of giving a message to the socket. Only after `sent` can it arrive; after any other result nothing was
/// sent.
public enum SendResult: String, Sendable, CaseIterable {
    /// The socket accepted the message. It may still be lost with its link.
    case sent
    /// There is no open link to that peer or journal.
    case unreachable
    /// The peer's queue is full: the high-water mark is reached, or, for a request, too many wait already.
    case full
    /// The message is longer than ``BusLimits/messageBytesMax``; sending it again cannot help.
    case tooLong
}

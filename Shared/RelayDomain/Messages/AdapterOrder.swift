/// A message from a router to an adapter.
public enum AdapterOrder: Hashable, Sendable {
    case authorize(AuthorizationRequest)
    /// Inquire about a transaction. May be repeated at any time.
    case inquire(FollowUp)
    /// Reverse a transaction, or block its ID. `isRepeat`: it may have been sent before.
    case reverse(FollowUp, isRepeat: Bool)
    /// Answers ``AdapterMessage/remember(_:_:)``: it is durable, and comes back with each later ``FollowUp``.
    case remembered(TransactionID)
    /// Report whether the destination is healthy.
    case askHealth
    /// Answers ``AdapterMessage/ready(_:)``: the destination is not registered, so nothing will be asked.
    case notRegistered(DestinationID)
}

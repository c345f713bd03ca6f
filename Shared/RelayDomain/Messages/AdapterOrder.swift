/// What a router tells an adapter.
public enum AdapterOrder: Hashable, Sendable {
    case authorize(AuthorizationRequest)
    /// What became of it? Asked as often as the router wants to know.
    case inquire(FollowUp)
    /// Take it back, or see that it never happens. `isRepeat`: it may have been said before.
    case reverse(FollowUp, isRepeat: Bool)
    /// Answers ``AdapterMessage/remember(_:_:)``: it is durable, and comes back with each later ``FollowUp``.
    case remembered(TransactionID)
    /// How is the destination?
    case askHealth
    /// Answers ``AdapterMessage/ready(_:)``: the shop has no such destination, so nothing will be asked.
    case notRegistered(DestinationID)
}

/// A message from an adapter to a router.
public enum AdapterMessage: Hashable, Sendable {
    /// The adapter accepts requests.
    case ready(DestinationManifest)
    /// The adapter accepts nothing more, and still answers the requests that it has.
    case draining
    case answer(AdapterAnswer)
    /// Before the destination is asked: make this durable, and answer ``AdapterOrder/remembered(_:)``.
    case remember(TransactionID, AdapterState)
    /// Answers ``AdapterOrder/askHealth``: whether the destination would decide now.
    case health(isGood: Bool)
}

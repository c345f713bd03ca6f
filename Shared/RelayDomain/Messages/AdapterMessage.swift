/// What an adapter tells a router.
public enum AdapterMessage: Hashable, Sendable {
    /// I can take requests.
    case ready(DestinationManifest)
    /// I take nothing more; what I was asked I still answer.
    case draining
    case answer(AdapterAnswer)
    /// Before the destination is asked: make this durable, and answer ``AdapterOrder/remembered(_:)``.
    case remember(TransactionID, AdapterState)
    /// Answers ``AdapterOrder/askHealth``: whether the destination would decide now.
    case health(isGood: Bool)
}

// What is said with each refusal: docs/errors.yaml has the facts, these are their values.
extension Refusal {
    /// Whose fault it is.
    public enum Blame: String, Hashable, Sendable { case phone, terminal, pos, relay, destination, network }

    /// Where it was noticed.
    public enum Stage: String, Hashable, Sendable { case ingress, router, gateway, device, adapter, destination }

    /// How a refused party may try again.
    public enum Retry: Hashable, Sendable {
        case no
        case sameKey(after: Duration?)
        case newKey
        case newCode
    }
}

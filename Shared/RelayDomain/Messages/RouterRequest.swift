/// A request of an ingress or an operator to a router.
public enum RouterRequest: Hashable, Sendable {
    /// Answered at the outcome, or at `waitUntil` with the present state.
    case submit(SubmitTransaction, waitUntil: Instant)
    /// Answered likewise.
    case query(TransactionID, waitUntil: Instant)
    /// Cancels a transaction. Answered like a query once the cancellation is durable; at once if there is an outcome
    /// already.
    case cancel(TransactionID, waitUntil: Instant)
    /// A person closes a transaction that waits for one.
    case reconcile(TransactionID, Reconciliation)
    /// Asks whether the terminal is registered and its device connected.
    case resolve(TerminalID)
    /// Replaces the registry as a whole, if it still is the version that the change was compared with.
    case apply(Shop, ShopChange)
    /// Asks for the registry: the version in force, or an earlier one.
    case getShop(version: UInt64? = nil)
    /// Asks who has changed the registry, and when.
    case shopHistory
    /// Asks for the router's load and its open transactions.
    case overview
}

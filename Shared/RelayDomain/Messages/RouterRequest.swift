/// What ingress and operators ask a router.
public enum RouterRequest: Hashable, Sendable {
    /// Answered at the outcome, or at `waitUntil` with the state of then.
    case submit(SubmitTransaction, waitUntil: Instant)
    /// Answered likewise.
    case query(TransactionQuery, waitUntil: Instant)
    /// No more of it. Answered like a query once the wish is durable; at once if there is an outcome already.
    case cancel(TransactionID, waitUntil: Instant)
    /// A person closes what waits for one.
    case reconcile(TransactionID, Reconciliation)
    /// Is there such a terminal, and is its device there?
    case resolve(TerminalID)
    /// Replaces the registry as a whole, if it still is the version that the change was compared with.
    case apply(Shop, ShopChange)
    /// Tells the registry: the version in force, or an earlier one.
    case getShop(version: UInt64? = nil)
    /// Tells who has changed the registry, and when.
    case shopHistory
    /// Tells what the router has before it.
    case overview
}

/// By what a transaction is asked for.
public enum TransactionQuery: Hashable, Sendable {
    case id(TransactionID)
    case key(SubmissionKey)
}

/// What can go wrong in the sandbox itself.
enum SandboxError: Error, Equatable {
    /// The ledger's file cannot be opened or holds what no sandbox wrote. Move it away, or give another `BATON_HOME`.
    case ledgerUnusable(String)
    /// Too much waits. Nothing was done: come again later.
    case overloaded
    /// A commit failed. What was asked may or may not be durable: inquire.
    case ledgerFailed
    /// A setting cannot be used; the sentence names it.
    case unusableSetting(String)
}

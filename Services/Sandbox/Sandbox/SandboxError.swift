import ServiceRuntime

/// What can go wrong in the sandbox itself.
enum SandboxError: StartFailure, Equatable {
    /// The ledger's file cannot be opened, or was not written by a sandbox.
    case ledgerUnusable(String)
    /// The sandbox is at capacity. Nothing was done: repeat later.
    case overloaded
    /// A commit failed. The request may or may not be durable: inquire.
    case ledgerFailed
    /// The address of a setting cannot be bound.
    case cannotListen(key: String, address: String, reason: String)

    var line: String {
        switch self {
        case .ledgerUnusable(let what): "the ledger cannot be used: \(what); move it away or set another BATON_HOME"
        case .overloaded: "the sandbox is at capacity: repeat later"
        case .ledgerFailed: "a commit failed: check the disk, then start again"
        case .cannotListen(let key, let address, let reason):
            "cannot listen on \(address): \(reason); set \(key) to a free address"
        }
    }
}

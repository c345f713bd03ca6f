import NIOConcurrencyHelpers
import RelayDomain

/// What an adapter remembers of one transaction, although it keeps nothing: it travels to the router with the answer,
/// is made durable there, and comes back with every later request about the transaction, whichever adapter gets it.
public final class TransactionMemory: Sendable {
    private let box: NIOLockedValueBox<AdapterState?>

    /// - Parameter state: what came along with the request.
    public init(_ state: AdapterState? = nil) { box = NIOLockedValueBox(state) }

    /// What was kept last.
    public var state: AdapterState? { box.withLockedValue { $0 } }

    /// Keeps this with the answer, instead of what was kept before.
    public func keep(_ state: AdapterState) { box.withLockedValue { $0 = state } }
}

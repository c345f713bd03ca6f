import NIOConcurrencyHelpers
import RelayDomain

/// What an adapter needs again for one transaction, although it stores nothing itself: it goes to the router with the
/// answer, is made durable there, and comes back with every later request about the transaction, to any adapter.
public final class TransactionMemory: Sendable {
    private let box: NIOLockedValueBox<AdapterState?>

    /// - Parameter state: the state that came with the request.
    public init(_ state: AdapterState? = nil) { box = NIOLockedValueBox(state) }

    /// The newest state.
    public var state: AdapterState? { box.withLockedValue { $0 } }

    /// Sends this state with the answer, instead of the earlier one.
    public func keep(_ state: AdapterState) { box.withLockedValue { $0 = state } }
}

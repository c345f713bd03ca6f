import RelayDomain

/// An inquiry about one transaction that an adapter of this destination was asked to authorize.
public struct Inquiry: Sendable {
    /// The transaction as the destination was asked to authorize it, without the information.
    public let transaction: FollowUp
    /// The adapter state that came with the request; a new one may be kept.
    public let memory: TransactionMemory

    init(_ followUp: FollowUp) {
        transaction = followUp
        memory = TransactionMemory(followUp.adapterState)
    }
}

/// A request to reverse a transaction; if the destination never saw it, to block its ID.
public struct Reversal: Sendable {
    /// The transaction as the destination was asked to authorize it, without the information.
    public let transaction: FollowUp
    /// Whether it may have been sent before (ISO 8583: 0421 instead of 0420).
    public let isRepeat: Bool
    /// The adapter state that came with the request; a new one may be kept.
    public let memory: TransactionMemory

    init(_ followUp: FollowUp, isRepeat: Bool) {
        transaction = followUp
        self.isRepeat = isRepeat
        memory = TransactionMemory(followUp.adapterState)
    }
}

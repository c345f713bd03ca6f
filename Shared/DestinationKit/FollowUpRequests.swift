import RelayDomain

/// What became of a transaction? One question about one that an adapter of this destination was asked to authorize.
public struct Inquiry: Sendable {
    /// The transaction as the destination was asked for it; ``FollowUp/amount`` and all, except the information.
    public let transaction: FollowUp
    public let memory: TransactionMemory

    init(_ followUp: FollowUp) {
        transaction = followUp
        memory = TransactionMemory(followUp.adapterState)
    }
}

/// Take a transaction back; if the destination never saw it, see that it never happens.
public struct Reversal: Sendable {
    public let transaction: FollowUp
    /// Whether it may have been asked before (ISO 8583: 0421 rather than 0420).
    public let isRepeat: Bool
    public let memory: TransactionMemory

    init(_ followUp: FollowUp, isRepeat: Bool) {
        transaction = followUp
        self.isRepeat = isRepeat
        memory = TransactionMemory(followUp.adapterState)
    }
}

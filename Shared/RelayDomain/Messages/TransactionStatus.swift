/// What is certain about a transaction, for phones, devices and operators.
public struct TransactionStatus: Hashable, Sendable {
    /// The states of the transaction's state machine, without their details.
    public enum StateName: String, Hashable, Sendable, CaseIterable {
        case accepted, commanded, authorizing, pendingCustomer, unknown, reversing, ended
    }

    public let id: TransactionID
    public let state: StateName
    public let outcome: Outcome?
    public let sent: Certainty
    public let hopStamps: [HopStamp]
    public let reconciliation: [ReconciliationReason]
    /// Whether it was canceled before the outcome.
    public let isCancelRequested: Bool
    public let deviceReason: ReasonCode?
    /// What the destination says of a reversal that it refuses.
    public let text: DisplayText?
    public let amount: Amount?
    /// Grows with each event; a jump means that an event was missed.
    public let version: UInt64

    public init(
        id: TransactionID, state: StateName, outcome: Outcome?, sent: Certainty, hopStamps: [HopStamp],
        reconciliation: [ReconciliationReason], isCancelRequested: Bool = false, deviceReason: ReasonCode?,
        text: DisplayText? = nil, amount: Amount?, version: UInt64
    ) {
        self.id = id
        self.state = state
        self.outcome = outcome
        self.sent = sent
        self.hopStamps = hopStamps
        self.reconciliation = reconciliation
        self.isCancelRequested = isCancelRequested
        self.deviceReason = deviceReason
        self.text = text
        self.amount = amount
        self.version = version
    }
}

extension TransactionStateMachine.State {
    public var name: TransactionStatus.StateName {
        switch self {
        case .accepted: .accepted
        case .commanded: .commanded
        case .authorizing: .authorizing
        case .pendingCustomer: .pendingCustomer
        case .unknown: .unknown
        case .reversing: .reversing
        case .ended: .ended
        }
    }
}

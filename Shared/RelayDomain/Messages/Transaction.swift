/// One passage, from acceptance to one outcome: all that is durable about it, except the sealed information.
public struct Transaction: Hashable, Sendable {
    public let id: TransactionID
    public let acceptedAt: Instant
    public let key: SubmissionKey
    /// Set if the terminal was paired when the transaction was accepted.
    public let pos: POSID?
    public let application: ApplicationID
    public let destination: DestinationID
    public let operation: Operation
    public let digest: KeyedDigest
    public let codeExpiresAt: Instant?
    public let phoneAmount: Amount?
    /// Whether the destination wanted a sum when the transaction was accepted.
    public let amountRequired: Bool

    /// What the merchant named: with a scan, or with a terminal's submission. Of a paired scan, what a POS agent compares.
    public var merchantAmount: Amount?
    /// The settled sum: the merchant's.
    public var amount: Amount?
    /// Assigned with the decision to ask the destination.
    public var reference: ReferenceNumber?
    public var command: CommandStateMachine?
    public var passage: TransactionStateMachine
    /// What the hops stamped, in the order in which the router learned of it; at most ``receiptsMost``.
    public private(set) var receipts: [Receipt]
    public var reconciliation: Set<ReconciliationReason>
    /// A refusing device's own word.
    public var deviceReason: ReasonCode?
    /// What the destination's adapters want to remember of it.
    public var adapterState: AdapterState?
    /// How many events the transaction has had.
    public var version: UInt64

    public static let receiptsMost = 64

    public init(
        id: TransactionID, acceptedAt: Instant, key: SubmissionKey, pos: POSID?, application: ApplicationID,
        destination: DestinationID, operation: Operation, digest: KeyedDigest, codeExpiresAt: Instant?,
        phoneAmount: Amount?, merchantAmount: Amount? = nil, amountRequired: Bool, amount: Amount? = nil,
        reference: ReferenceNumber? = nil, command: CommandStateMachine? = nil, passage: TransactionStateMachine = TransactionStateMachine(),
        receipts: [Receipt] = [], reconciliation: Set<ReconciliationReason> = [], deviceReason: ReasonCode? = nil,
        adapterState: AdapterState? = nil, version: UInt64 = 0
    ) {
        self.id = id
        self.acceptedAt = acceptedAt
        self.key = key
        self.pos = pos
        self.application = application
        self.destination = destination
        self.operation = operation
        self.digest = digest
        self.codeExpiresAt = codeExpiresAt
        self.phoneAmount = phoneAmount
        self.merchantAmount = merchantAmount
        self.amountRequired = amountRequired
        self.amount = amount
        self.reference = reference
        self.command = command
        self.passage = passage
        self.receipts = receipts
        self.reconciliation = reconciliation
        self.deviceReason = deviceReason
        self.adapterState = adapterState
        self.version = version
    }

    public var terminal: TerminalID { key.terminal }
    public var outcome: Outcome? { passage.outcome }

    /// The device that carries out the command, or scanned.
    public var device: Device { pos.map(Device.pos) ?? .terminal(terminal) }

    /// What its information was sealed for.
    public var sealedFor: SealingContext {
        SealingContext(
            application: application, terminal: terminal, operation: operation, key: key.text, expiresAt: codeExpiresAt)
    }

    /// When something has to happen by itself; nil if only messages can move it.
    public var deadline: Instant? {
        [command?.deadline, passage.deadline].compactMap(\.self).min()
    }

    /// Whether its device may take nothing else on.
    public var holdsDevice: Bool { passage.holdsDevice || (command?.isRunning ?? false) }

    /// Whether anything can have reached the destination, on the relay's line or the POS's.
    public var sent: Certainty {
        if case .received = command?.state, pos != nil { return .maybe }
        // What came after the backup is not known here.
        if passage.sent == .no, reconciliation.contains(.restoredFromBackup) { return .maybe }
        return passage.sent
    }

    public mutating func stamp(_ receipt: Receipt) {
        if receipts.count < Self.receiptsMost { receipts.append(receipt) }
    }

    /// What phones, devices and operators are told.
    public var status: TransactionStatus {
        TransactionStatus(
            id: id, state: passage.state.name, outcome: outcome, sent: sent, receipts: receipts,
            reconciliation: reconciliation.sorted { $0.rawValue < $1.rawValue },
            isCancelRequested: passage.isCancelRequested, deviceReason: deviceReason, amount: amount, version: version)
    }
}

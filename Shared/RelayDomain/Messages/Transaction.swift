/// One passage, from acceptance to one outcome: all that is durable about it, except the sealed information.
public struct Transaction: Hashable, Sendable {
    public let id: TransactionID
    /// Relay time, as all times here but ``acceptedOn``.
    public let acceptedAt: Instant
    /// The same moment by the wall clock, which names days and the times of day that people read (ADR 9).
    public let acceptedOn: Instant
    public let key: SubmissionKey
    /// Set if the terminal was paired when the transaction was accepted.
    public let pos: POSID?
    /// The shop on whose counter the terminal stood then; nil if the registry named none.
    public let shop: ShopID?
    public let application: ApplicationID
    public let destination: DestinationID
    public let operation: Operation
    public let digest: KeyedDigest
    /// Whether the information is a code that works once.
    public let informationIsOneTime: Bool
    /// Past it the code runs nowhere, in relay time.
    public let codeExpiresAt: Instant?
    /// The code's end as its application named it: wall time, which the sealed bytes are bound to.
    public let codeExpiryNamed: Instant?
    public let phoneAmount: Amount?
    /// Whether the destination wanted a sum when the transaction was accepted.
    public let amountRequired: Bool

    /// What the merchant named: with a scan, or with a terminal's submission. Of a paired scan, what a POS agent
    /// compares.
    public var merchantAmount: Amount?
    /// The sum agreed on: the merchant's.
    public var amount: Amount?
    /// Assigned with the decision to ask the destination.
    public var reference: RetrievalReferenceNumber?
    public var command: CommandStateMachine?
    public var passage: TransactionStateMachine
    /// What the hops stamped, in the order in which the router learned of it; at most ``hopStampsMax``.
    public private(set) var hopStamps: [HopStamp]
    public var reconciliation: Set<ReconciliationReason>
    /// What the POS agent saw when it sent.
    public var evidence: Evidence?
    /// A refusing device's own word.
    public var deviceReason: ReasonCode?
    /// What the destination says of a reversal that it refuses.
    public var text: DisplayText?
    /// What the destination is told beside the sum. The attributes are those of the moment when the authorization was
    /// decided.
    public var details: OrderDetails
    /// What the destination's adapters want to remember of it.
    public var adapterState: AdapterState?
    /// How many events the transaction has had.
    public var version: UInt64

    public static let hopStampsMax = 64
    /// The greatest ``version``: far more events than there can be, far fewer than a number can count.
    public static let versionMax: UInt64 = 1 << 40

    public init(
        id: TransactionID, acceptedAt: Instant, acceptedOn: Instant, key: SubmissionKey, pos: POSID?,
        shop: ShopID? = nil, application: ApplicationID, destination: DestinationID, operation: Operation,
        digest: KeyedDigest,
        informationIsOneTime: Bool, codeExpiresAt: Instant?, codeExpiryNamed: Instant?,
        phoneAmount: Amount?, merchantAmount: Amount? = nil, amountRequired: Bool, amount: Amount? = nil,
        reference: RetrievalReferenceNumber? = nil,
        command: CommandStateMachine? = nil, passage: TransactionStateMachine = TransactionStateMachine(),
        hopStamps: [HopStamp] = [], reconciliation: Set<ReconciliationReason> = [], evidence: Evidence? = nil,
        deviceReason: ReasonCode? = nil,
        text: DisplayText? = nil, details: OrderDetails = .none, adapterState: AdapterState? = nil,
        version: UInt64 = 0
    ) {
        self.id = id
        self.acceptedAt = acceptedAt
        self.acceptedOn = acceptedOn
        self.key = key
        self.pos = pos
        self.shop = shop
        self.application = application
        self.destination = destination
        self.operation = operation
        self.digest = digest
        self.informationIsOneTime = informationIsOneTime
        self.codeExpiresAt = codeExpiresAt
        self.codeExpiryNamed = codeExpiryNamed
        self.phoneAmount = phoneAmount
        self.merchantAmount = merchantAmount
        self.amountRequired = amountRequired
        self.amount = amount
        self.reference = reference
        self.command = command
        self.passage = passage
        self.hopStamps = hopStamps
        self.reconciliation = reconciliation
        self.evidence = evidence
        self.deviceReason = deviceReason
        self.text = text
        self.details = details
        self.adapterState = adapterState
        self.version = version
    }

    public var terminal: TerminalID { key.terminal }
    public var outcome: Outcome? { passage.outcome }

    /// Whether something has yet to be found out: it has no outcome, or the destination is asked all the same.
    public var isOpen: Bool { outcome == nil || passage.isReopened }

    /// The device that carries out the command, or scanned.
    public var device: Device { pos.map(Device.pos) ?? .terminal(terminal) }

    /// What its information was sealed for.
    public var sealedFor: SealingContext {
        SealingContext(
            application: application, terminal: terminal, operation: operation, key: key.text,
            expiresAt: codeExpiryNamed)
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

    /// Whether its code may have reached the destination, so that it works no more: unless the transaction failed with
    /// nothing sent, and nothing makes that doubtful. Before the outcome the transaction holds the code.
    public var informationIsUsed: Bool {
        switch outcome {
        case nil: false
        case .failed: informationIsOneTime && !reconciliation.isEmpty
        case .approved, .declined, .reversed, .handedOver: informationIsOneTime
        }
    }

    /// Notes what the router itself did.
    public mutating func stamp(_ act: HopStamp.Act, at now: Instant) {
        stamp([HopStamp(.router, act, at: now)], notBefore: now, now: now)
    }

    /// Notes what another process did, by its own word: none of its stamps lies before the one before it, before what
    /// caused them, or ahead of now. The list is in the order of time, and so causes stand before effects.
    /// - Parameter cause: nil: what came before acceptance, which is not older than ``HopStamp/olderMax``.
    public mutating func stamp(_ stamps: [HopStamp], notBefore cause: Instant?, now: Instant) {
        var earliest = cause ?? acceptedAt - HopStamp.olderMax
        for stamp in stamps where hopStamps.count < Self.hopStampsMax {
            earliest = min(max(stamp.at, earliest), now)
            let place = hopStamps.lastIndex { $0.at <= earliest }.map { $0 + 1 } ?? 0
            hopStamps.insert(HopStamp(stamp.hop, stamp.act, at: earliest), at: place)
        }
    }

    /// When the router did something first; nil if it has not.
    public func stamped(_ act: HopStamp.Act) -> Instant? {
        hopStamps.first { $0.hop == .router && $0.act == act }?.at
    }

    /// What phones, devices and operators are told. Its stamps show the time of day at acceptance, and go on from
    /// there.
    public var status: TransactionStatus {
        TransactionStatus(
            id: id, state: passage.state.name, outcome: outcome, sent: sent,
            hopStamps: hopStamps.map { HopStamp($0.hop, $0.act, at: acceptedOn + ($0.at - acceptedAt)) },
            reconciliation: reconciliation.sorted { $0.rawValue < $1.rawValue },
            isCancelRequested: passage.isCancelRequested, deviceReason: deviceReason, text: text,
            amount: amount, version: version)
    }
}

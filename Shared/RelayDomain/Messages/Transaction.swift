/// One transaction, from acceptance to its one outcome: everything durable about it, except the sealed information.
public struct Transaction: Hashable, Sendable {
    public let id: TransactionID
    /// Relay time, as all times here but ``acceptedOn``.
    public let acceptedAt: Instant
    /// The same moment by the wall clock, for dates and for the times that people read (ADR 9).
    public let acceptedOn: Instant
    public let key: SubmissionKey
    /// Set if the terminal was paired when the transaction was accepted.
    public let pos: POSID?
    /// The terminal's shop at that time; nil if the registry named none.
    public let shop: ShopID?
    public let application: ApplicationID
    public let destination: DestinationID
    public let operation: Operation
    public let digest: KeyedDigest
    /// Whether the information is a code that works once.
    public let informationIsOneTime: Bool
    /// After this relay time the code is not used.
    public let codeExpiresAt: Instant?
    /// The code's expiry as its application named it: wall time, to which the sealed bytes are bound.
    public let codeExpiryNamed: Instant?
    public let phoneAmount: Amount?
    /// Whether the destination required an amount when the transaction was accepted.
    public let amountRequired: Bool

    /// The merchant's amount, of a scan or of a terminal's submission. For a paired scan a POS agent compares it.
    public var merchantAmount: Amount?
    /// The agreed amount, which is the merchant's.
    public var amount: Amount?
    /// Assigned with the decision to ask the destination.
    public var reference: RetrievalReferenceNumber?
    public var command: CommandStateMachine?
    public var passage: TransactionStateMachine
    /// The hops' stamps, in the order in which the router got them; at most ``hopStampsMax``.
    public private(set) var hopStamps: [HopStamp]
    public var reconciliation: Set<ReconciliationReason>
    /// The POS agent's evidence.
    public var evidence: Evidence?
    /// The reason of a device that refused.
    public var deviceReason: ReasonCode?
    /// What the destination says of a reversal that it refuses.
    public var text: DisplayText?
    /// What the destination is told beside the sum. The attributes are those of the moment when the authorization was
    /// decided.
    public var details: OrderDetails
    /// The adapter state.
    public var adapterState: AdapterState?
    /// How many events the transaction has had.
    public var version: UInt64

    public static let hopStampsMax = 64
    /// A payment that goes well has fewer.
    private static let hopStampsUsual = 16
    /// The greatest ``version``: far more events than are possible, far below the integer's limit.
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
        self.hopStamps.reserveCapacity(Self.hopStampsUsual)
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

    /// Whether it is open: it has no outcome, or the relay still inquires about it.
    public var isOpen: Bool { outcome == nil || passage.isReopened }

    /// The device that carries out the command, or scanned.
    public var device: Device { pos.map(Device.pos) ?? .terminal(terminal) }

    /// The context of its sealed information.
    public var sealedFor: SealingContext {
        SealingContext(
            application: application, terminal: terminal, operation: operation, key: key.text,
            expiresAt: codeExpiryNamed)
    }

    /// When a time limit is due next; nil if only messages can change it.
    public var deadline: Instant? {
        [command?.deadline, passage.deadline].compactMap(\.self).min()
    }

    /// Whether it occupies its device.
    public var holdsDevice: Bool { passage.holdsDevice || (command?.isRunning ?? false) }

    /// Whether anything can have reached the destination, through the relay or on the POS's own connection.
    public var sent: Certainty {
        if case .received = command?.state, pos != nil { return .maybe }
        // Events after the backup are not known here.
        if passage.sent == .no, reconciliation.contains(.restoredFromBackup) { return .maybe }
        return passage.sent
    }

    /// Whether its code is used up: always, unless the transaction failed with nothing sent and has no mark. Before the
    /// outcome the transaction reserves the code.
    public var informationIsUsed: Bool {
        switch outcome {
        case nil: false
        case .failed: informationIsOneTime && !reconciliation.isEmpty
        case .approved, .declined, .reversed, .handedOver: informationIsOneTime
        }
    }

    /// Adds a stamp of the router itself.
    public mutating func stamp(_ act: HopStamp.Act, at now: Instant) {
        add(HopStamp(.router, act, at: now))
    }

    /// Adds the stamps of another process, in their order: none may be earlier than the previous one or than their
    /// cause, or later than now. The list is in the order of time, so causes come before effects.
    /// - Parameter cause: nil: stamps from before acceptance, which may not be older than ``HopStamp/olderMax``.
    public mutating func stamp(_ stamps: [HopStamp], notBefore cause: Instant?, now: Instant) {
        var earliest = cause ?? acceptedAt - HopStamp.olderMax
        for stamp in stamps {
            earliest = min(max(stamp.at, earliest), now)
            add(HopStamp(stamp.hop, stamp.act, at: earliest))
        }
    }

    private mutating func add(_ stamp: HopStamp) {
        guard hopStamps.count < Self.hopStampsMax else { return }
        let place = hopStamps.lastIndex { $0.at <= stamp.at }.map { $0 + 1 } ?? 0
        hopStamps.insert(stamp, at: place)
    }

    /// The router's first stamp of this act; nil if there is none.
    public func stamped(_ act: HopStamp.Act) -> Instant? {
        hopStamps.first { $0.hop == .router && $0.act == act }?.at
    }

    /// The status for phones, devices and operators. Its stamps are the wall time of acceptance plus the relay time
    /// since then.
    public var status: TransactionStatus {
        TransactionStatus(
            id: id, state: passage.state.name, outcome: outcome, sent: sent,
            hopStamps: hopStamps.map { HopStamp($0.hop, $0.act, at: acceptedOn + ($0.at - acceptedAt)) },
            reconciliation: reconciliation.sorted { $0.rawValue < $1.rawValue },
            isCancelRequested: passage.isCancelRequested, deviceReason: deviceReason, text: text,
            amount: amount, version: version)
    }
}

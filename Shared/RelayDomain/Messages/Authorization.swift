/// A request to an adapter to authorize a transaction. It is given to a socket once; silence leads to inquiries.
public struct AuthorizationRequest: Hashable, Sendable {
    public let transaction: TransactionID
    public let reference: RetrievalReferenceNumber
    public let destination: DestinationID
    public let operation: Operation
    public let amount: Amount?
    public let sealed: SealedInformation
    public let sealedFor: SealingContext
    /// After this time the adapter must not ask the destination, and answers `notSent`.
    public let notAfter: Instant
    public let details: OrderDetails

    public init(
        transaction: TransactionID, reference: RetrievalReferenceNumber, destination: DestinationID,
        operation: Operation, amount: Amount?, sealed: SealedInformation, sealedFor: SealingContext,
        notAfter: Instant, details: OrderDetails = .none
    ) {
        self.transaction = transaction
        self.reference = reference
        self.destination = destination
        self.operation = operation
        self.amount = amount
        self.sealed = sealed
        self.sealedFor = sealedFor
        self.notAfter = notAfter
        self.details = details
    }
}

/// A request to an adapter about a transaction that its destination may have: an inquiry or a reversal.
public struct FollowUp: Hashable, Sendable {
    public let transaction: TransactionID
    public let reference: RetrievalReferenceNumber
    public let destination: DestinationID
    public let application: ApplicationID
    public let terminal: TerminalID
    public let operation: Operation
    public let amount: Amount?
    /// When the router decided to ask for the authorization.
    public let authorizedAt: Instant
    /// After this time no adapter starts the authorization.
    public let notAfter: Instant
    /// The adapter state of the transaction, as an adapter last sent it.
    public let adapterState: AdapterState?
    /// As they were with the authorization.
    public let details: OrderDetails

    public init(
        transaction: TransactionID, reference: RetrievalReferenceNumber, destination: DestinationID,
        application: ApplicationID,
        terminal: TerminalID, operation: Operation, amount: Amount?, authorizedAt: Instant, notAfter: Instant,
        adapterState: AdapterState?, details: OrderDetails = .none
    ) {
        self.transaction = transaction
        self.reference = reference
        self.destination = destination
        self.application = application
        self.terminal = terminal
        self.operation = operation
        self.amount = amount
        self.authorizedAt = authorizedAt
        self.notAfter = notAfter
        self.adapterState = adapterState
        self.details = details
    }
}

/// An adapter's answer about one transaction, with the adapter's and the destination's stamps.
public struct AdapterAnswer: Hashable, Sendable {
    /// The answer, by the kind of the request.
    public enum Word: Hashable, Sendable {
        case authorization(DestinationAnswer)
        case inquiry(DestinationAnswer)
        case reversal(ReversalAnswer)
    }

    public let transaction: TransactionID
    public let word: Word
    /// The adapter state for each later ``FollowUp``; nil: unchanged.
    public let adapterState: AdapterState?
    public let hopStamps: [HopStamp]

    public init(_ transaction: TransactionID, _ word: Word, adapterState: AdapterState? = nil, hopStamps: [HopStamp]) {
        self.transaction = transaction
        self.word = word
        self.adapterState = adapterState
        self.hopStamps = hopStamps
    }
}

/// What a destination can do, sent by its adapter when it becomes ready.
public struct DestinationManifest: Hashable, Sendable {
    public let destination: DestinationID
    public let operations: Set<Operation>
    /// Whether the destination requires an amount with every operation.
    public let amountRequired: Bool
    /// Whether the destination accepts a payment of 0. If not, none is sent.
    public let zeroPayments: Bool
    /// Whether a payment code may be used more than once.
    public let codesReusable: Bool
    /// Whether the destination itself refuses a payment code that it has seen in another transaction. If not, only the
    /// relay does, within each journal.
    public let codesOnce: Bool
    /// For how long after its decision the destination may still answer `notFound`: up to a day.
    public let visibilityDelay: Duration
    /// How many requests the adapter accepts at a time, from 1 to 10,000.
    public let concurrent: Int

    /// - Returns: nil if a bound is not kept or there is no operation.
    public init?(
        destination: DestinationID, operations: Set<Operation>, amountRequired: Bool, zeroPayments: Bool = false,
        codesReusable: Bool, codesOnce: Bool = false, visibilityDelay: Duration, concurrent: Int
    ) {
        guard !operations.isEmpty, (1...10_000).contains(concurrent),
            (.zero...Duration.seconds(86_400)).contains(visibilityDelay)
        else { return nil }
        self.destination = destination
        self.operations = operations
        self.amountRequired = amountRequired
        self.zeroPayments = zeroPayments
        self.codesReusable = codesReusable
        self.codesOnce = codesOnce
        self.visibilityDelay = visibilityDelay
        self.concurrent = concurrent
    }
}

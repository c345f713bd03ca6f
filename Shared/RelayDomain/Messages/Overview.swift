/// The load of one journal's router, for operators: its linked adapters, and its open transactions.
public struct Overview: Hashable, Sendable {
    public let journal: UInt8
    public let registryVersion: UInt64
    public let adapters: [AdapterFacts]
    /// How many transactions are open (``Transaction/isOpen``), by destination.
    public let open: [DestinationID: Int]
    /// The oldest of them, at most ``oldestMax``.
    public let oldest: [OpenTransaction]

    public static let oldestMax = 200

    public init(
        journal: UInt8, registryVersion: UInt64, adapters: [AdapterFacts], open: [DestinationID: Int],
        oldest: [OpenTransaction]
    ) {
        self.journal = journal
        self.registryVersion = registryVersion
        self.adapters = adapters
        self.open = open
        self.oldest = oldest
    }
}

/// An adapter that is linked to a router.
public struct AdapterFacts: Hashable, Sendable {
    /// Its process's name.
    public let name: String
    public let destination: DestinationID
    /// How many authorizations it accepts at a time.
    public let concurrent: Int
    /// How many it has not answered yet.
    public let asked: Int
    /// Why it is asked last.
    public let doubts: Set<AdapterDoubt>
    /// It accepts nothing more.
    public let isDraining: Bool

    public init(
        name: String, destination: DestinationID, concurrent: Int, asked: Int, doubts: Set<AdapterDoubt> = [],
        isDraining: Bool = false
    ) {
        self.name = name
        self.destination = destination
        self.concurrent = concurrent
        self.asked = asked
        self.doubts = doubts
        self.isDraining = isDraining
    }
}

/// Why an adapter is asked last among those of its destination, until an answer or a report of its own removes the
/// doubt.
public enum AdapterDoubt: String, Hashable, Sendable, CaseIterable {
    /// Its last answer to an authorization was that it could not ask.
    case couldNotAsk
    /// Its last report was that the destination is not healthy, and no answer since has shown otherwise.
    case unwell
    /// An authorization was unanswered at its limit, and none has been answered since.
    case silent
    /// An inquiry or a reversal was unanswered when the next was due, and none has been answered since.
    case silentOnFollowUps
}

/// An open transaction.
public struct OpenTransaction: Hashable, Sendable {
    public let id: TransactionID
    public let terminal: TerminalID
    public let application: ApplicationID
    public let destination: DestinationID
    public let state: TransactionStatus.StateName
    /// By the wall clock.
    public let acceptedOn: Instant
    public let amount: Amount?
    public let reconciliation: [ReconciliationReason]

    public init(
        id: TransactionID, terminal: TerminalID, application: ApplicationID, destination: DestinationID,
        state: TransactionStatus.StateName, acceptedOn: Instant, amount: Amount?,
        reconciliation: [ReconciliationReason]
    ) {
        self.id = id
        self.terminal = terminal
        self.application = application
        self.destination = destination
        self.state = state
        self.acceptedOn = acceptedOn
        self.amount = amount
        self.reconciliation = reconciliation
    }

    public init(_ transaction: Transaction) {
        self.init(
            id: transaction.id, terminal: transaction.terminal, application: transaction.application,
            destination: transaction.destination, state: transaction.passage.state.name,
            acceptedOn: transaction.acceptedOn,
            amount: transaction.amount ?? transaction.merchantAmount ?? transaction.phoneAmount,
            reconciliation: transaction.reconciliation.sorted { $0.rawValue < $1.rawValue })
    }
}

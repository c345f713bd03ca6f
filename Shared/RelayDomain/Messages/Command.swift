/// An instruction to one device.
public struct Command: Hashable, Sendable {
    public enum What: String, Hashable, Sendable, CaseIterable {
        /// A relay terminal: submit this, so that it goes to the destination.
        case sendToDestination
        /// A POS agent: open the application's input window, enter this, send it.
        case enterAndSend
    }

    public let id: CommandID
    public let what: What
    public let application: ApplicationID
    public let destination: DestinationID
    public let operation: Operation
    /// The amount that was named; for display, and for a POS agent to compare.
    public let amount: Amount?
    /// Who named ``amount``; nil without one.
    public let amountOf: AmountParty?
    /// Whether the destination requires an amount.
    public let amountRequired: Bool
    public let sealed: SealedInformation
    /// The context of the sealed bytes, which is needed to open them.
    public let sealedFor: SealingContext
    /// From this moment of relay time on, the command must not be started; see ``mayStart(at:)``.
    public let expiresAt: Instant

    public init(
        id: CommandID, what: What, application: ApplicationID, destination: DestinationID, operation: Operation,
        amount: Amount?, amountOf: AmountParty = .phone, amountRequired: Bool, sealed: SealedInformation,
        sealedFor: SealingContext, expiresAt: Instant
    ) {
        self.id = id
        self.what = what
        self.application = application
        self.destination = destination
        self.operation = operation
        self.amount = amount
        self.amountOf = amount.map { _ in amountOf }
        self.amountRequired = amountRequired
        self.sealed = sealed
        self.sealedFor = sealedFor
        self.expiresAt = expiresAt
    }
}

extension Command {
    /// Whether the command may still be started at a moment of relay time: the only rule, for router, gateway and
    /// device.
    public func mayStart(at now: Instant) -> Bool { now.isBefore(limit: expiresAt) }
}

/// Who named an amount.
public enum AmountParty: String, Hashable, Sendable, CaseIterable {
    /// A customer's phone. The merchant has yet to agree.
    case phone
    /// The merchant, at the relay terminal before a scan.
    case merchant
}

/// The context to which sealed bytes are bound: with another context they do not open.
public struct SealingContext: Hashable, Sendable {
    public let application: ApplicationID
    public let terminal: TerminalID
    public let operation: Operation
    /// The idempotency key or scan ID.
    public let key: SubmissionKeyText
    public let expiresAt: Instant?

    public init(
        application: ApplicationID, terminal: TerminalID, operation: Operation, key: SubmissionKeyText,
        expiresAt: Instant?
    ) {
        self.application = application
        self.terminal = terminal
        self.operation = operation
        self.key = key
        self.expiresAt = expiresAt
    }
}

/// Makes commands: the only place that decides which device carries out what.
public enum CommandGenerator {
    /// The command for a transaction that was just accepted, or nil if none is needed: a code that an unpaired terminal
    /// scanned itself is the terminal's submission already.
    public static func command(for transaction: Transaction, sealed: SealedInformation) -> Command? {
        let what: Command.What
        switch (transaction.pos, transaction.key.origin) {
        case (.some, _): what = .enterAndSend
        case (nil, .phone): what = .sendToDestination
        case (nil, .scan): return nil
        }
        let expiresAt = CommandStateMachine(
            carrier: what.carrier, issuedAt: transaction.acceptedAt, codeExpiresAt: transaction.codeExpiresAt
        ).expiresAt
        return Command(
            id: CommandID(transaction.id), what: what, application: transaction.application,
            destination: transaction.destination, operation: transaction.operation,
            amount: transaction.merchantAmount ?? transaction.phoneAmount,
            amountOf: transaction.merchantAmount == nil ? .phone : .merchant,
            amountRequired: transaction.amountRequired, sealed: sealed, sealedFor: transaction.sealedFor,
            expiresAt: expiresAt)
    }
}

extension Command.What {
    /// Which kind of device carries it out.
    public var carrier: CommandStateMachine.Carrier {
        switch self {
        case .sendToDestination: .terminal
        case .enterAndSend: .posAgent
        }
    }
}

import RelayDomain
import Sealing

/// One request to a destination, with its information in the clear. It exists as long as the request.
public struct Authorization: Sendable {
    /// Identifies the request permanently: the destination must book it at most once, however often it sees the ID.
    public let transaction: TransactionID
    /// Twelve digits for systems that cannot carry the ID, such as ISO 8583's field 37.
    public let reference: RetrievalReferenceNumber
    /// The customer's application, which issued the code or membership.
    public let application: ApplicationID
    /// The relay terminal at which the customer pays.
    public let terminal: TerminalID
    /// What the destination is asked to do.
    public let operation: Operation
    /// The merchant's amount; nil only if the manifest does not require one.
    public let amount: Amount?
    /// The payment code, or the membership ID. Never to be logged.
    public let information: Secret
    /// Past it the destination must not be asked, in router time.
    public let notAfter: Instant
    /// The same by this machine's monotonic clock.
    public let deadline: ContinuousClock.Instant
    /// What else the destination may be told: what the terminal is called there, the parts of the sum, a title.
    public let details: OrderDetails
    /// For what the destination says that an inquiry or a reversal will need.
    public let memory = TransactionMemory()

    init(_ request: AuthorizationRequest, information: Secret, deadline: ContinuousClock.Instant) {
        transaction = request.transaction
        reference = request.reference
        application = request.sealedFor.application
        terminal = request.sealedFor.terminal
        operation = request.operation
        amount = request.amount
        self.information = information
        notAfter = request.notAfter
        details = request.details
        self.deadline = deadline
    }
}

import RelayDomain

/// A request to the ledger; each is answered by one ``LedgerAnswer``.
package enum LedgerRequest: Sendable {
    /// Issues one-time codes, given by their digests.
    case issueCodes([KeyedDigest], terms: CodeTerms)
    /// Opens an account with points, unless it exists.
    case openAccount(AccountKey, Account)
    /// Decides, once per transaction.
    case authorize(AuthorizationOrder)
    /// Asks for the state of a transaction.
    case inquire(LedgerTransactionID)
    /// Reverses a transaction, or blocks an ID that was never seen.
    case reverse(LedgerTransactionID, RetrievalReferenceNumber)
    /// The customer's decision about a pending transaction.
    case confirm(LedgerTransactionID, accepts: Bool)
}

/// The terms of all codes of one issue.
package struct CodeTerms: Hashable, Sendable {
    let application: ApplicationID?
    /// The largest payment with the code, and its currency; nil: unlimited.
    let limit: Amount?
    /// From this moment on the code is expired.
    let expiresAt: Instant

    package init(application: ApplicationID?, limit: Amount?, expiresAt: Instant) {
        self.application = application
        self.limit = limit
        self.expiresAt = expiresAt
    }
}

/// A one-time payment code, known by its digest.
struct PaymentCode: Hashable, Sendable {
    let terms: CodeTerms
    /// The transaction that has consumed the code's one use.
    var usedBy: LedgerTransactionID?
}

/// A membership's standing in one program.
package struct Account: Hashable, Sendable {
    /// The last characters of the member's ID, for people to recognize.
    let tail: String
    /// Below zero only if points were spent whose accrual was reversed later.
    var points: Int64

    package init(tail: String, points: Int64) {
        self.tail = tail
        self.points = points
    }
}

/// A request to approve one operation.
package struct AuthorizationOrder: Hashable, Sendable {
    package let transaction: LedgerTransactionID
    let reference: RetrievalReferenceNumber
    let operation: Operation
    package var instrument: Instrument
    let amount: Amount
    /// The last moment at which the order may still be decided; nil: any.
    package var notAfter: Instant?
    /// The fault that the sender has requested with the amount or the member.
    package let fault: SandboxFault?

    package init(
        transaction: LedgerTransactionID, reference: RetrievalReferenceNumber, operation: Operation,
        instrument: Instrument,
        amount: Amount, notAfter: Instant?, fault: SandboxFault?
    ) {
        self.transaction = transaction
        self.reference = reference
        self.operation = operation
        self.instrument = instrument
        self.amount = amount
        self.notAfter = notAfter
        self.fault = fault
    }

    /// Whether a repeat is the same request. `notAfter` may differ: it is the sender's time limit, not part of the
    /// purchase.
    func asksTheSame(as other: AuthorizationOrder) -> Bool {
        reference == other.reference && operation == other.operation && instrument == other.instrument
            && amount == other.amount
    }

    /// Whether operation, instrument and unit go together.
    var isCoherent: Bool {
        switch (operation, instrument, amount.unit) {
        case (.payment, .code, .currency): true
        case (.accrue, .member(let key), .points(let program)), (.redeem, .member(let key), .points(let program)):
            key.program == program
        case (.payment, _, _), (.accrue, _, _), (.redeem, _, _): false
        }
    }
}

import RelayDomain

/// The POS program's reply to one command that it has carried out; fields that do not apply are nil.
struct POSReply: Equatable, Sendable {
    enum State: String, Sendable {
        case idle, active, sending, finished
        /// Of an opening: it is over, and nothing was sent from it.
        case closed
    }

    var window: String?
    var state: State?
    /// The number of the window's opening.
    var opening: String?
    var operation: Operation?
    var textMax: Int?
    var sale: POSSale?
    /// The text in the field now: only for the driver.
    var text: String?
    var receipt: String?
    var answer: POSSendAnswer?
}

/// The destination's answer on the POS program's own connection.
enum POSSendAnswer: Equatable, Sendable {
    case approved(Approval)
    case declined(reason: String, text: String?)
}

/// How a send ended: with an answer, or with an unknown result.
enum POSLineEnd: Equatable, Sendable {
    case answered(POSSendAnswer)
    case inDoubt
}

/// What the customer has to pay.
struct POSSale: Equatable, Sendable {
    let number: String
    /// More than 0; a window shows it in the unit that it books.
    let amount: Amount
}

/// One request to the destination, on the POS program's own connection.
struct POSLineRequest: Equatable, Sendable {
    let receipt: String
    let transaction: LedgerTransactionID
    let reference: RetrievalReferenceNumber
    let operation: Operation
    /// The code or membership ID.
    let text: String
    let amount: Amount
}

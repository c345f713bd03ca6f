import RelayDomain

/// What the POS program says to one command that it has carried out; fields that do not apply are nil.
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
    /// What the field holds now: for the driver alone.
    var text: String?
    var receipt: String?
    var answer: POSSendAnswer?
}

/// What the destination said to the POS program on its own line.
enum POSSendAnswer: Equatable, Sendable {
    case approved(Approval)
    case declined(reason: String, text: String?)
}

/// How a send ended: with an answer, or without anyone knowing.
enum POSLineEnd: Equatable, Sendable {
    case answered(POSSendAnswer)
    case inDoubt
}

/// What the customer has to pay.
struct POSSale: Equatable, Sendable {
    let number: String
    /// More than nothing; what a window shows of it is in the unit that the window books.
    let amount: Amount
}

/// One question to the destination, on the POS program's own line.
struct POSLineRequest: Equatable, Sendable {
    let receipt: String
    let transaction: LedgerTransactionID
    let reference: RetrievalReferenceNumber
    let operation: Operation
    /// The code or membership ID.
    let text: String
    let amount: Amount
}

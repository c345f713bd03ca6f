/// What must always hold. Each is a sentence that one breach disproves.
public enum Property: String, CaseIterable, Sendable {
    case oneOutcome = "a transaction has at most one outcome, and it never changes"
    case ledgerAgrees = "approved means booked and not reversed, at the destination and at the POS, or a mark is set"
    case bookedOnce = "never two bookings for one transaction"
    case askedOnce = "an authorization is handed over once, and asked once"
    case sentOnce = "a POS program is told to send once"
    case inTime = "no command starts and no authorization is asked after its time"
    case allowed = "no POS is touched before the relay's word"
    case durableFirst = "nothing leaves before what it follows from is durable"
    case oneWriter = "a journal has one writer"
    case indexInOrder = "the index is written in its order, and by the journal's writer"
    case nothingLost = "no accepted transaction disappears"
    case finalInTime = "each transaction is final within its bound after faults stop, or marked for a person"
    case oneKey = "a key leads to one transaction"
    case oneUse = "within a journal a one-time code is used by one transaction, and books at most once"
    case oneAtATime = "a device does one thing at a time"
    case merchantsSum = "the destination is asked for the merchant's sum"
    case ownSum = "a sum keyed for one customer is never charged to another"
    case ownInformation = "a command and an authorization bring the information of their own transaction"
    case commandedAgain = "a repeat sends a command that was lost with its router"
    case scanTold = "what came of a scan is shown at its terminal, through every restart"
    case patience = "nothing is given up or taken back before its time"
    case approvalTold = "what is told with an approval is what the destination or the POS said with it"
    case approvalHeard = "an approval that is heard in time is the outcome"
    case answeredOnce = "a device's call is answered once, within its limit, while its router and gateway are there"
    case rightClock = "a valid code is taken on as soon as the wall clock is right"
    case sentStays = "what was said to be sent stays sent"
    case contradictionIsReal = "a contradiction is marked only where there is one"
    case ownRole = "nobody is given what belongs to another role"
    case noCode = "no code is in a journal, sealed or not"
    case understood = "the relay understands itself"

    /// The word in the last line under which a breach is counted.
    var count: Count {
        switch self {
        case .nothingLost, .finalInTime, .scanTold, .commandedAgain: .lost
        case .bookedOnce, .askedOnce, .sentOnce, .oneKey, .oneUse: .doubled
        case .oneOutcome, .ledgerAgrees, .merchantsSum, .ownSum, .ownInformation, .approvalTold, .approvalHeard,
            .sentStays, .contradictionIsReal:
            .contradicted
        case .inTime, .allowed, .patience, .rightClock: .untimely
        case .durableFirst, .oneWriter, .indexInOrder, .oneAtATime, .ownRole, .answeredOnce, .noCode, .understood:
            .disorderly
        }
    }

    enum Count: String, CaseIterable { case lost, doubled, contradicted, untimely, disorderly }
}

/// One breach of a property.
public struct Breach: Sendable {
    public let property: Property
    public let what: String
}

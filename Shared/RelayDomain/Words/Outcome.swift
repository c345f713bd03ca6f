/// How a transaction ended. Once durable it never changes.
public enum Outcome: Hashable, Sendable {
    /// Booked, on the destination's explicit word (or the POS's).
    case approved
    /// Not booked, on the destination's explicit word (or the POS's).
    case declined(ReasonCode)
    /// Taken back, on the destination's explicit word: nothing is booked, and nothing ever will be.
    case reversed
    /// The POS program passed the information on by its own line; its answer is not known here.
    case handedOver(Certainty)
    /// Nothing was sent to the destination.
    case failed(FailureReason)

    /// Whether the destination was asked.
    public var sent: Certainty {
        switch self {
        case .approved, .declined, .reversed: .yes
        case .handedOver(let certainty): certainty
        case .failed: .no
        }
    }
}

extension Outcome: CustomStringConvertible {
    /// Such as `approved` or `declined insufficientFunds`.
    public var description: String {
        switch self {
        case .approved: "approved"
        case .declined(let reason): "declined \(reason)"
        case .reversed: "reversed"
        case .handedOver(let sent): "handedOver \(sent.rawValue)"
        case .failed(let reason): "failed \(reason.rawValue)"
        }
    }
}

/// What is certain about a message having reached its destination.
public enum Certainty: String, Hashable, Sendable, CaseIterable {
    case no, maybe, yes
}

/// Why a transaction failed before anything reached the destination.
public enum FailureReason: String, Hashable, Sendable, CaseIterable {
    /// The device did not take the command in time.
    case noAcknowledgement
    /// The terminal took the command but asked for nothing in time.
    case noSubmission
    /// The device refused the command; the reason stands beside it.
    case deviceRefused
    /// Phone and merchant named different sums.
    case amountMismatch
    /// The destination wants a sum and nobody named one.
    case amountRequired
    /// The code expired on its way.
    case codeExpired
    /// No adapter of the destination took the request in time.
    case destinationUnavailable
    /// The adapter says that it did not ask the destination.
    case notSent
    /// The phone or the device wanted no more of it, in time.
    case canceled
}

/// Something that a person has to look at, opened beside an outcome that stays as it is.
public enum ReconciliationReason: String, Hashable, Sendable, CaseIterable {
    /// The POS agent cannot tell whether the POS program sent the information.
    case handedOverMaybe
    /// An answer came that contradicts the outcome.
    case contradictingAnswer
    /// The destination refuses to take the transaction back.
    case reversalRefused
}

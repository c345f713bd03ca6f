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

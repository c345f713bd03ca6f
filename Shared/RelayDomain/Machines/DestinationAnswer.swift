/// What a destination says to an authorization or an inquiry. An answer nobody foresaw reads as ``unknown``, never as
/// approved.
public enum DestinationAnswer: Hashable, Sendable {
    case approved
    case declined(ReasonCode)
    /// The destination asks its customer first.
    case pendingCustomer
    /// Asked, and no explicit answer.
    case unknown
    /// The destination has not seen the transaction. No outcome: the request may still be on its way.
    case notFound
    /// The adapter did not ask the destination. Answers an authorization only.
    case notSent
    /// Taken back, or killed before it was seen: nothing is booked, and nothing ever will be under this transaction's ID.
    /// Answers an inquiry only.
    case reversed

    /// Whether this answer and that outcome cannot both be right.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.approved, .approved), (.declined, .declined), (.notSent, .failed): false
        case (.approved, _), (.declined, .approved), (.reversed, .approved): true
        case (.declined, _), (.pendingCustomer, _), (.unknown, _), (.notFound, _), (.notSent, _), (.reversed, _): false
        }
    }
}

extension DestinationAnswer: CustomStringConvertible {
    /// Such as `approved` or `declined insufficientFunds`.
    public var description: String {
        switch self {
        case .approved: "approved"
        case .declined(let reason): "declined \(reason)"
        case .pendingCustomer: "pendingCustomer"
        case .unknown: "unknown"
        case .notFound: "notFound"
        case .notSent: "notSent"
        case .reversed: "reversed"
        }
    }
}

/// What a destination says to a reversal.
public enum ReversalAnswer: Hashable, Sendable {
    /// Nothing is booked, and nothing ever will be under this transaction's ID.
    case confirmed
    /// It stays booked, the destination says; a person has to find out.
    case refused(ReasonCode)
    /// No explicit word.
    case unknown

    /// Whether this answer and that outcome cannot both be right.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.confirmed, .approved), (.refused, .reversed): true
        case (.confirmed, _), (.refused, _), (.unknown, _): false
        }
    }
}

extension CommandEnd {
    /// Whether a device's late word and that outcome cannot both be right.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.entered(.declined), .approved), (.entered(.approved?), .declined): true
        case (.entered, .failed), (.uncertain, .failed): true
        case (.entered, _), (.submitted, _), (.refused, _), (.uncertain, _), (.expired, _), (.silent, _),
            (.canceled, _):
            false
        }
    }
}

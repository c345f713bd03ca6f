/// What a destination says to an authorization. An answer nobody foresaw reads as ``unknown``, never as approved.
public enum DestinationAnswer: Hashable, Sendable {
    case approved
    case declined(ReasonCode)
    /// The destination asks its customer first.
    case pendingCustomer
    /// Asked, and no explicit answer.
    case unknown
    /// The destination has not seen the transaction. No outcome: the request may still be on its way.
    case notFound
    /// The adapter did not ask the destination.
    case notSent

    /// Whether this answer and that outcome cannot both be right.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.approved, .approved), (.declined, .declined), (.notSent, .failed): false
        case (.approved, _), (.declined, .approved): true
        case (.declined, _), (.pendingCustomer, _), (.unknown, _), (.notFound, _), (.notSent, _): false
        }
    }
}

extension CommandEnd {
    /// Whether a device's late word and that outcome cannot both be right.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.entered(.declined), .approved), (.entered(.approved?), .declined): true
        case (.entered, .failed): true
        case (.entered, _), (.submitted, _), (.refused, _), (.uncertain, _), (.expired, _), (.silent, _): false
        }
    }
}

/// A destination's answer to an authorization or an inquiry. An unexpected answer reads as ``unknown``, never as
/// approved.
public enum DestinationAnswer: Hashable, Sendable {
    indirect case approved(Approval = Approval())
    indirect case declined(StatedReason)
    /// The destination asks its customer first.
    case pendingCustomer
    /// Asked, and no explicit answer.
    case unknown
    /// The destination has not seen the transaction. This gives no outcome, because the request may still be on its
    /// way.
    case notFound
    /// The adapter did not ask the destination. Answers an authorization only.
    case notSent
    /// Reversed, or blocked before it was seen: nothing is booked, and nothing ever will be under this transaction's
    /// ID. Answers an inquiry only.
    case reversed

    /// Whether this answer contradicts the outcome.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.approved, .approved), (.declined, .declined), (.notSent, .failed): false
        case (.approved, _), (.declined, .approved), (.reversed, .approved): true
        case (.declined, _), (.pendingCustomer, _), (.unknown, _), (.notFound, _), (.notSent, _), (.reversed, _): false
        }
    }
}

extension DestinationAnswer {
    /// - Parameters:
    ///   - reason: the destination's stable reason word.
    ///   - text: a sentence for cashier and customer. It is cleaned and cut, and must not contain the code.
    public static func declined(_ reason: ReasonCode, text: String? = nil) -> Self {
        .declined(StatedReason(said: reason.text, text: text))
    }

    /// A decline with any reason text of the destination.
    /// - Parameters:
    ///   - reason: its stable reason word. A text that is not an identifier becomes `unspecified`, and the text if
    ///     there is none.
    ///   - text: a sentence for cashier and customer. It is cleaned and cut, and must not contain the code.
    public static func declined(_ reason: String?, text: String? = nil) -> Self {
        .declined(StatedReason(said: reason, text: text))
    }

    /// What came with a yes.
    public var approval: Approval? {
        if case .approved(let approval) = self { approval } else { nil }
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

/// A destination's answer to a reversal.
public enum ReversalAnswer: Hashable, Sendable {
    /// Nothing is booked, and nothing ever will be under this transaction's ID.
    case confirmed
    /// The destination refuses: the transaction stays booked, and a person has to check.
    indirect case refused(StatedReason)
    /// No explicit answer.
    case unknown

    /// Whether this answer contradicts the outcome.
    func contradicts(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.confirmed, .approved), (.refused, .reversed): true
        case (.confirmed, _), (.refused, _), (.unknown, _): false
        }
    }
}

extension ReversalAnswer {
    /// - Parameters:
    ///   - reason: the destination's stable reason word.
    ///   - text: a sentence for the shop's staff. It is cleaned and cut.
    public static func refused(_ reason: ReasonCode, text: String? = nil) -> Self {
        .refused(StatedReason(said: reason.text, text: text))
    }

    /// A refusal with any reason text of the destination.
    /// - Parameters:
    ///   - reason: its stable reason word. A text that is not an identifier becomes `unspecified`, and the text if
    ///     there is none.
    ///   - text: a sentence for the shop's staff. It is cleaned and cut.
    public static func refused(_ reason: String?, text: String? = nil) -> Self {
        .refused(StatedReason(said: reason, text: text))
    }

    /// The destination's text for the shop's staff.
    public var text: DisplayText? {
        if case .refused(let reason) = self { reason.text } else { nil }
    }
}

extension CommandEnd {
    /// Whether a device's late result contradicts the outcome.
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

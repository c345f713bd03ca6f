/// What a destination says to an authorization or an inquiry. An answer nobody foresaw reads as ``unknown``, never as
/// approved.
public enum DestinationAnswer: Hashable, Sendable {
    indirect case approved(Approval = Approval())
    case declined(StatedReason)
    /// The destination asks its customer first.
    case pendingCustomer
    /// Asked, and no explicit answer.
    case unknown
    /// The destination has not seen the transaction. No outcome: the request may still be on its way.
    case notFound
    /// The adapter did not ask the destination. Answers an authorization only.
    case notSent
    /// Taken back, or killed before it was seen: nothing is booked, and nothing ever will be under this transaction's
    /// ID. Answers an inquiry only.
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

extension DestinationAnswer {
    /// - Parameters:
    ///   - reason: the destination's stable word for why.
    ///   - text: a sentence for cashier and customer. It is cleaned and cut, and must not hold the code.
    public static func declined(_ reason: ReasonCode, text: String? = nil) -> Self {
        .declined(StatedReason(reason, text: text.flatMap { DisplayText(cleaning: $0) }))
    }

    /// A decline in whatever words the destination has for it.
    /// - Parameters:
    ///   - reason: its stable word for why. What is no identifier reads as `unspecified`, and as the text if there is
    ///     none.
    ///   - text: a sentence for cashier and customer. It is cleaned and cut, and must not hold the code.
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

/// What a destination says to a reversal.
public enum ReversalAnswer: Hashable, Sendable {
    /// Nothing is booked, and nothing ever will be under this transaction's ID.
    case confirmed
    /// It stays booked, the destination says; a person has to find out.
    case refused(StatedReason)
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

extension ReversalAnswer {
    /// - Parameters:
    ///   - reason: the destination's stable word for why.
    ///   - text: a sentence for the people of the shop. It is cleaned and cut.
    public static func refused(_ reason: ReasonCode, text: String? = nil) -> Self {
        .refused(StatedReason(reason, text: text.flatMap { DisplayText(cleaning: $0) }))
    }

    /// A refusal in whatever words the destination has for it.
    /// - Parameters:
    ///   - reason: its stable word for why. What is no identifier reads as `unspecified`, and as the text if there is
    ///     none.
    ///   - text: a sentence for the people of the shop. It is cleaned and cut.
    public static func refused(_ reason: String?, text: String? = nil) -> Self {
        .refused(StatedReason(said: reason, text: text))
    }

    /// What the destination says to the people of the shop.
    public var text: DisplayText? {
        if case .refused(let reason) = self { reason.text } else { nil }
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

import RelayDomain

/// The stable word of an error frame.
public enum DeviceErrorCode: Hashable, Sendable {
    /// The relay's own refusals.
    case refusal(Refusal)
    /// Violations of the session's rules.
    case rule(SessionRule)
    /// A word of a later version.
    case other(ReasonCode)

    init(_ code: ReasonCode) {
        if let refusal = Refusal(rawValue: code.text) {
            self = .refusal(refusal)
        } else if let rule = SessionRule(rawValue: code.text) {
            self = .rule(rule)
        } else {
            self = .other(code)
        }
    }

    /// The word on the wire.
    public var text: String {
        switch self {
        case .refusal(let refusal): refusal.rawValue
        case .rule(let rule): rule.rawValue
        case .other(let code): code.text
        }
    }

    /// What it means and what to do, for the device's log.
    var sentence: String {
        let known: String? =
            switch self {
            case .refusal(let refusal): refusal.sentence
            case .rule(let rule): rule.sentence
            case .other: nil
            }
        return known ?? "The relay answered \(text)."
    }
}

import RelayDomain

/// The stable word of a problem document: the relay's refusals, and what only HTTP can get wrong.
enum PhoneErrorCode: Hashable, Sendable {
    case refusal(Refusal)
    /// There is no such address.
    case unknownPath
    /// The address does not take this HTTP method.
    case methodNotAllowed
    /// The relay does not understand itself: a defect, or versions that do not fit.
    case internalError

    var text: String {
        switch self {
        case .refusal(let refusal): refusal.rawValue
        case .unknownPath: "unknownPath"
        case .methodNotAllowed: "methodNotAllowed"
        case .internalError: "internalError"
        }
    }

    /// The HTTP status and its phrase (RFC 9110).
    var httpStatus: (code: Int, phrase: String) {
        switch self {
        case .refusal(let refusal): refusal.httpStatus
        case .unknownPath: (404, "Not Found")
        case .methodNotAllowed: (405, "Method Not Allowed")
        case .internalError: (500, "Internal Server Error")
        }
    }

    /// What the phone, or who looks at it, does next.
    var advice: String {
        switch self {
        case .refusal(let refusal): refusal.advice
        case .unknownPath: "There is nothing at this address. /openapi.json lists what there is."
        case .methodNotAllowed: "This address does not take the method. The header Allow says which it takes."
        case .internalError: "Something is wrong with the relay. Ask for the transaction before you repeat anything."
        }
    }

    var blame: Refusal.Blame {
        switch self {
        case .refusal(let refusal): refusal.blame
        case .unknownPath, .methodNotAllowed: .phone
        case .internalError: .relay
        }
    }

    var stage: Refusal.Stage {
        switch self {
        case .refusal(let refusal): refusal.stage
        case .unknownPath, .methodNotAllowed, .internalError: .ingress
        }
    }

    var sent: Certainty {
        switch self {
        case .refusal(let refusal): refusal.sent
        case .unknownPath, .methodNotAllowed: .no
        case .internalError: .maybe
        }
    }

    var retry: Refusal.Retry {
        switch self {
        case .refusal(let refusal): refusal.retry
        case .unknownPath, .methodNotAllowed, .internalError: .no
        }
    }
}

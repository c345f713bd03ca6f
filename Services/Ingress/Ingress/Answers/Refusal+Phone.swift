import RelayDomain

extension Refusal {
    /// The HTTP status with which phones hear of it, and its phrase (RFC 9110).
    var httpStatus: (code: Int, phrase: String) {
        switch self {
        case .malformed: (400, "Bad Request")
        case .notYours: (403, "Forbidden")
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand, .noScanRule:
            (404, "Not Found")
        case .deviceBusy, .codeUsed, .tooLate, .alreadyFinal, .nothingToReconcile: (409, "Conflict")
        case .codeExpired: (410, "Gone")
        case .tooLarge: (413, "Content Too Large")
        case .functionMismatch, .keyReused, .invalidShop: (422, "Unprocessable Content")
        case .terminalOffline, .posOffline, .destinationUnavailable, .overloaded, .relayLost:
            (503, "Service Unavailable")
        }
    }

    /// What the phone, or who looks at it, does next.
    var advice: String {
        switch self {
        case .malformed: "Correct the request as docs/openapi.yaml describes it."
        case .tooLarge: "Send at most \(SubmissionBody.bytesMost) bytes."
        case .unknownTerminal: "No such relay terminal is registered. Read the terminal's tag again."
        case .unknownApplication: "The application is not registered here. Tell its operator."
        case .unknownTransaction: "There is no such transaction, or it is older than the relay remembers."
        case .unknownCommand: "There is no such command."
        case .noScanRule: "No rule of the shop matches the code."
        case .deviceBusy: "The terminal serves somebody else. Wait a moment and repeat under the same key."
        case .codeUsed: "The code was used before. Ask the customer's application for a new one."
        case .codeExpired: "The code has expired. Ask the customer's application for a new one."
        case .functionMismatch: "The application does not have this function. Choose another operation."
        case .keyReused: "The key was used for another request. Send this one under a key of its own."
        case .terminalOffline:
            "The relay terminal has no connection. Tell the merchant, then repeat under the same key."
        case .posOffline: "The shop's POS has no connection. Tell the merchant, then repeat under the same key."
        case .destinationUnavailable: "Nobody who could decide is there. Repeat under the same key in a moment."
        case .overloaded: "The relay is busy. Repeat under the same key after the time in Retry-After."
        case .relayLost: "The relay did not answer. Repeat under the same key: a key is carried out at most once."
        case .tooLate: "It came too late to have an effect."
        case .notYours: "It belongs to somebody else."
        case .alreadyFinal: "The transaction has its outcome, which stays. Ask the merchant for a refund."
        case .nothingToReconcile: "Nothing of the transaction waits for a person."
        case .invalidShop: "The registration has a mistake and was refused as a whole."
        }
    }
}

// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

/// The stable word of a problem document: what phones are refused, and what HTTP gets wrong.
enum PhoneErrorCode: String, Hashable, Sendable, CaseIterable {
    /// It does not read as the API or the protocol describes it.
    case malformed
    /// It has more bytes than are taken.
    case tooLarge
    /// No such device is registered.
    case unknownTerminal
    /// No such application is registered.
    case unknownApplication
    /// The relay does not know this transaction.
    case unknownTransaction
    /// The device serves somebody else.
    case deviceBusy
    /// The one-time code was used before.
    case codeUsed
    /// Another transaction that is under way holds the one-time code.
    case codeInUse
    /// The code's time was over before it was taken on.
    case codeExpired
    /// The application or its destination does not have this function.
    case functionMismatch
    /// The key stands for another request.
    case keyReused
    /// The relay terminal has no session.
    case terminalOffline
    /// The POS that the terminal is paired with has no session, or is paired with none.
    case posOffline
    /// The relay terminal is connected and says that it is not ready.
    case terminalNotReady
    /// The POS agent is connected and says that its POS program is not ready.
    case posNotReady
    /// No adapter of the destination is ready.
    case destinationUnavailable
    /// The relay has as much to do as it takes on.
    case overloaded
    /// The link to the router broke, or was silent, while somebody waited for its answer.
    case relayLost
    /// There is an outcome already, and it stays.
    case alreadyFinal
    /// There is no such address.
    case unknownPath
    /// The address does not take this HTTP method.
    case methodNotAllowed
    /// The relay does not understand itself: a defect, or versions that do not fit.
    case internalError
}

extension PhoneErrorCode {
    /// The HTTP status and its phrase (RFC 9110).
    var httpStatus: (code: Int, phrase: String) {
        switch self {
        case .malformed: (400, "Bad Request")
        case .tooLarge: (413, "Content Too Large")
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownPath: (404, "Not Found")
        case .deviceBusy, .codeUsed, .codeInUse, .alreadyFinal: (409, "Conflict")
        case .codeExpired: (410, "Gone")
        case .functionMismatch, .keyReused: (422, "Unprocessable Content")
        case .terminalOffline, .posOffline, .terminalNotReady, .posNotReady, .destinationUnavailable, .overloaded,
            .relayLost:
            (503, "Service Unavailable")
        case .methodNotAllowed: (405, "Method Not Allowed")
        case .internalError: (500, "Internal Server Error")
        }
    }

    /// What the phone, or who looks at it, does next.
    var advice: String {
        switch self {
        case .malformed: "Correct the request as docs/openapi.yaml describes it."
        case .tooLarge: "Send less; docs/openapi.yaml says how much is taken."
        case .unknownTerminal: "No such relay terminal is registered. Read the terminal's tag again."
        case .unknownApplication: "The application is not registered here. Tell its operator."
        case .unknownTransaction: "There is no such transaction, or it is older than the relay remembers."
        case .deviceBusy: "The terminal serves somebody else. Wait a moment and repeat under the same key."
        case .codeUsed: "The code was used before. Ask the customer's application for a new one."
        case .codeInUse:
            "Another transaction with this code is under way. Wait for its outcome, or repeat under the same key after Retry-After."
        case .codeExpired: "The code has expired. Ask the customer's application for a new one."
        case .functionMismatch: "The application does not have this function. Choose another operation."
        case .keyReused: "The key was used for another request. Send this one under a key of its own."
        case .terminalOffline:
            "The relay terminal has no connection. Tell the merchant, then repeat under the same key."
        case .posOffline: "The shop's POS has no connection. Tell the merchant, then repeat under the same key."
        case .terminalNotReady: "The relay terminal is not ready. Tell the merchant, then repeat under the same key."
        case .posNotReady: "The shop's POS is not ready. Tell the merchant, then repeat under the same key."
        case .destinationUnavailable: "Nobody who could decide is there. Repeat under the same key in a moment."
        case .overloaded: "The relay is busy. Repeat under the same key after the time in Retry-After."
        case .relayLost:
            "The relay did not answer. Repeat under the same key within 24 hours: a key is carried out at most once."
        case .alreadyFinal: "The transaction has its outcome, which stays. Ask the merchant for a refund."
        case .unknownPath: "There is nothing at this address. /openapi.json lists what there is."
        case .methodNotAllowed: "This address does not take the method. The header Allow says which it takes."
        case .internalError: "Something is wrong with the relay. Ask for the transaction before you repeat anything."
        }
    }

    /// Whose fault it is.
    var blame: Refusal.Blame {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .codeUsed, .codeInUse,
            .codeExpired, .functionMismatch, .keyReused, .alreadyFinal, .unknownPath, .methodNotAllowed:
            .phone
        case .deviceBusy, .terminalOffline, .terminalNotReady: .terminal
        case .posOffline, .posNotReady: .pos
        case .destinationUnavailable: .destination
        case .overloaded, .internalError: .relay
        case .relayLost: .network
        }
    }

    /// Where it was noticed.
    var stage: Refusal.Stage {
        switch self {
        case .malformed, .tooLarge, .overloaded, .relayLost, .unknownPath, .methodNotAllowed, .internalError: .ingress
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .deviceBusy, .codeUsed, .codeInUse,
            .codeExpired, .functionMismatch, .keyReused, .terminalOffline, .posOffline, .terminalNotReady, .posNotReady,
            .destinationUnavailable, .alreadyFinal:
            .router
        }
    }

    /// Whether anything can have been taken on all the same.
    var sent: Certainty {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .deviceBusy, .codeUsed,
            .codeInUse, .codeExpired, .functionMismatch, .keyReused, .terminalOffline, .posOffline, .terminalNotReady,
            .posNotReady, .destinationUnavailable, .overloaded, .alreadyFinal, .unknownPath, .methodNotAllowed:
            .no
        case .relayLost, .internalError: .maybe
        }
    }

    /// How to try again.
    var retry: Refusal.Retry {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .functionMismatch,
            .alreadyFinal, .unknownPath, .methodNotAllowed, .internalError:
            .no
        case .deviceBusy, .destinationUnavailable, .overloaded: .sameKey(after: .seconds(2))
        case .codeUsed, .codeExpired: .newCode
        case .codeInUse, .terminalOffline, .posOffline, .terminalNotReady, .posNotReady: .sameKey(after: .seconds(5))
        case .keyReused: .newKey
        case .relayLost: .sameKey(after: .seconds(1))
        }
    }
}

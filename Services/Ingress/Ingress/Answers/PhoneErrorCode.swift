// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

/// The stable word of a problem document: what phones are refused, and what HTTP gets wrong.
enum PhoneErrorCode: String, Hashable, Sendable, CaseIterable {
    /// The request does not conform to the API or the device protocol.
    case malformed
    /// The request exceeds the size limit.
    case tooLarge
    /// The device is not registered.
    case unknownTerminal
    /// The application is not registered.
    case unknownApplication
    /// The relay does not know this transaction.
    case unknownTransaction
    /// The device is busy with another transaction.
    case deviceBusy
    /// The one-time code has already been used.
    case codeUsed
    /// Another transaction in progress uses this one-time code.
    case codeInUse
    /// The code expired before the request was accepted.
    case codeExpired
    /// The application or its destination does not support this function.
    case functionMismatch
    /// The key was already used for a different request.
    case keyReused
    /// The relay terminal is not connected.
    case terminalOffline
    /// The paired POS is not connected, or the POS is paired with no terminal.
    case posOffline
    /// The relay terminal is connected and reports that it is not ready.
    case terminalNotReady
    /// The POS agent is connected and reports that its POS program is not ready.
    case posNotReady
    /// No adapter of the destination is ready.
    case destinationUnavailable
    /// The relay is at capacity.
    case overloaded
    /// The connection to the router broke or went silent before the router answered.
    case relayLost
    /// The transaction already has its outcome, which does not change.
    case alreadyFinal
    /// The path does not exist.
    case unknownPath
    /// The path does not support this HTTP method.
    case methodNotAllowed
    /// Internal error: a defect, or incompatible versions of the relay's processes.
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
        case .malformed: "Correct the request; docs/openapi.yaml describes it."
        case .tooLarge: "Send a smaller request; docs/openapi.yaml gives the limit."
        case .unknownTerminal: "This relay terminal is not registered. Read the terminal's tag again."
        case .unknownApplication: "The application is not registered here. Tell the relay's operator."
        case .unknownTransaction: "This transaction does not exist, or is no longer kept."
        case .deviceBusy: "The terminal is busy with another customer. Wait, then repeat under the same key."
        case .codeUsed: "The code has already been used. Ask the customer's application for a new one."
        case .codeInUse:
            "Another transaction with this code is in progress. Wait for its outcome, or repeat under the same key after Retry-After."
        case .codeExpired: "The code has expired. Ask the customer's application for a new one."
        case .functionMismatch: "The application does not support this function. Choose another operation."
        case .keyReused: "The key was already used for a different request. Send this one under a new key."
        case .terminalOffline: "The relay terminal is not connected. Tell the merchant, then repeat under the same key."
        case .posOffline: "The shop's POS is not connected. Tell the merchant, then repeat under the same key."
        case .terminalNotReady: "The relay terminal is not ready. Tell the merchant, then repeat under the same key."
        case .posNotReady: "The shop's POS is not ready. Tell the merchant, then repeat under the same key."
        case .destinationUnavailable:
            "The payment or loyalty provider is not available. Repeat under the same key after the time in Retry-After."
        case .overloaded: "The relay is at capacity. Repeat under the same key after the time in Retry-After."
        case .relayLost:
            "The relay did not answer. Repeat under the same key within 24 hours: a key is never carried out twice."
        case .alreadyFinal:
            "The transaction already has its outcome. If money has to go back, ask the merchant for a refund."
        case .unknownPath: "This path does not exist. /openapi.json lists the paths."
        case .methodNotAllowed: "The path does not support this method. The Allow header lists those it supports."
        case .internalError: "The relay had an internal error. Look up the transaction before you repeat anything."
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

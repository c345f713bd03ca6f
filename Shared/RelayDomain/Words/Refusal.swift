// Generated from docs/errors.yaml by `make generate`: change it there.

/// Why something was not taken on. A refusal before acceptance leaves no transaction, only a counter.
public enum Refusal: String, Hashable, Sendable, CaseIterable {
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
    /// The relay does not know this command for this device.
    case unknownCommand
    /// No scan rule matches the scanned code.
    case noScanRule
    /// The device is busy with another transaction.
    case deviceBusy
    /// The one-time code has already been used.
    case codeUsed
    /// Another transaction in progress uses this one-time code.
    case codeInUse
    /// The code was scanned without an amount, and its destination requires one.
    case amountRequired
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
    /// The POS is not registered.
    case unknownPOS
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
    /// The time limit has passed.
    case tooLate
    /// The call came out of order: `hello`, `prove`, then the others; `result` with `entered` only after `proceed`.
    case outOfTurn
    /// The command belongs to another device, session or router.
    case notYours
    /// The role of the process does not permit what it said.
    case notPermitted
    /// The transaction already has its outcome, which does not change.
    case alreadyFinal
    /// The relay already accepted a different answer to this command.
    case alreadyTaken
    /// Nothing in this transaction needs reconciliation.
    case nothingToReconcile
    /// The registry has changed since this change was compared with it.
    case shopChanged
    /// The shop file has a mistake and was refused as a whole.
    case invalidShop
}

extension Refusal {
    /// Whose fault it is.
    public var blame: Refusal.Blame {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .codeUsed, .codeInUse,
            .codeExpired, .functionMismatch, .keyReused, .alreadyFinal:
            .phone
        case .unknownCommand, .noScanRule, .deviceBusy, .amountRequired, .terminalOffline, .terminalNotReady, .tooLate,
            .outOfTurn, .notYours, .alreadyTaken:
            .terminal
        case .posOffline, .unknownPOS, .posNotReady: .pos
        case .destinationUnavailable: .destination
        case .overloaded, .notPermitted, .nothingToReconcile, .shopChanged, .invalidShop: .relay
        case .relayLost: .network
        }
    }

    /// Where it was noticed.
    public var stage: Refusal.Stage {
        switch self {
        case .malformed, .tooLarge, .overloaded, .relayLost: .ingress
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand, .deviceBusy, .codeUsed,
            .codeInUse, .amountRequired, .codeExpired, .functionMismatch, .keyReused, .terminalOffline, .posOffline,
            .unknownPOS, .terminalNotReady, .posNotReady, .destinationUnavailable, .tooLate, .notYours, .notPermitted,
            .alreadyFinal, .alreadyTaken, .nothingToReconcile, .shopChanged, .invalidShop:
            .router
        case .noScanRule, .outOfTurn: .gateway
        }
    }

    /// Whether anything can have been taken on all the same.
    public var sent: Certainty {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand,
            .noScanRule, .deviceBusy, .codeUsed, .codeInUse, .amountRequired, .codeExpired, .functionMismatch,
            .keyReused, .terminalOffline, .posOffline, .unknownPOS, .terminalNotReady, .posNotReady,
            .destinationUnavailable, .overloaded, .tooLate, .outOfTurn, .notYours, .notPermitted, .alreadyFinal,
            .alreadyTaken, .nothingToReconcile, .shopChanged, .invalidShop:
            .no
        case .relayLost: .maybe
        }
    }

    /// How to try again.
    public var retry: Refusal.Retry {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand,
            .noScanRule, .functionMismatch, .unknownPOS, .tooLate, .outOfTurn, .notYours, .notPermitted, .alreadyFinal,
            .alreadyTaken, .nothingToReconcile, .shopChanged, .invalidShop:
            .no
        case .deviceBusy, .destinationUnavailable, .overloaded: .sameKey(after: .seconds(2))
        case .codeUsed, .codeExpired: .newCode
        case .codeInUse, .terminalOffline, .posOffline, .terminalNotReady, .posNotReady: .sameKey(after: .seconds(5))
        case .amountRequired, .keyReused: .newKey
        case .relayLost: .sameKey(after: .seconds(1))
        }
    }
}

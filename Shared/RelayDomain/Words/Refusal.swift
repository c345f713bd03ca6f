// Generated from docs/errors.yaml by `make generate`: change it there.

/// Why something was not taken on. A refusal before acceptance leaves no transaction, only a counter.
public enum Refusal: String, Hashable, Sendable, CaseIterable {
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
    /// The relay does not know this command for this device.
    case unknownCommand
    /// No rule of the shop matches the scanned code.
    case noScanRule
    /// The device serves somebody else.
    case deviceBusy
    /// The one-time code was used before.
    case codeUsed
    /// Another transaction that is under way holds the one-time code.
    case codeInUse
    /// The code was scanned without an amount, and its destination requires one.
    case amountRequired
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
    /// No such POS is registered.
    case unknownPOS
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
    /// The time for it is over.
    case tooLate
    /// A call before its time: `hello`, then `prove`, then the others; `result` with `entered` only after `proceed`.
    case outOfTurn
    /// It belongs to another device, session or router.
    case notYours
    /// There is an outcome already, and it stays.
    case alreadyFinal
    /// The relay has taken another word on this command, and it stays.
    case alreadyTaken
    /// Nothing of this transaction waits for a person.
    case nothingToReconcile
    /// The registry is another than the one that the change was compared with.
    case shopChanged
    /// The registration has a mistake and was refused as a whole.
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
        case .overloaded, .nothingToReconcile, .shopChanged, .invalidShop: .relay
        case .relayLost: .network
        }
    }

    /// Where it was noticed.
    public var stage: Refusal.Stage {
        switch self {
        case .malformed, .tooLarge, .overloaded, .relayLost: .ingress
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand, .deviceBusy, .codeUsed,
            .codeInUse, .amountRequired, .codeExpired, .functionMismatch, .keyReused, .terminalOffline, .posOffline,
            .unknownPOS, .terminalNotReady, .posNotReady, .destinationUnavailable, .tooLate, .notYours, .alreadyFinal,
            .alreadyTaken, .nothingToReconcile, .shopChanged, .invalidShop:
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
            .destinationUnavailable, .overloaded, .tooLate, .outOfTurn, .notYours, .alreadyFinal, .alreadyTaken,
            .nothingToReconcile, .shopChanged, .invalidShop:
            .no
        case .relayLost: .maybe
        }
    }

    /// How to try again.
    public var retry: Refusal.Retry {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand,
            .noScanRule, .functionMismatch, .unknownPOS, .tooLate, .outOfTurn, .notYours, .alreadyFinal, .alreadyTaken,
            .nothingToReconcile, .shopChanged, .invalidShop:
            .no
        case .deviceBusy, .destinationUnavailable, .overloaded: .sameKey(after: .seconds(2))
        case .codeUsed, .codeExpired: .newCode
        case .codeInUse, .terminalOffline, .posOffline, .terminalNotReady, .posNotReady: .sameKey(after: .seconds(5))
        case .amountRequired, .keyReused: .newKey
        case .relayLost: .sameKey(after: .seconds(1))
        }
    }
}

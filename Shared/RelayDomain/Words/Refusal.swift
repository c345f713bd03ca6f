/// Why something was not taken on. A refusal before acceptance leaves no transaction, only a counter.
public enum Refusal: String, Hashable, Sendable, CaseIterable {
    case malformed
    case tooLarge
    case unknownTerminal
    case unknownApplication
    case unknownTransaction
    case unknownCommand
    case noScanRule
    case deviceBusy
    case codeUsed
    case codeExpired
    case functionMismatch
    case keyReused
    case terminalOffline
    case posOffline
    case destinationUnavailable
    case overloaded
    case relayLost
    case tooLate
    case notYours
    case invalidShop
    case alreadyFinal
    case nothingToReconcile

    /// How a refused party may try again.
    public enum Retry: Hashable, Sendable {
        case no
        case sameKey(after: Duration?)
        case newKey
        case newCode
    }

    /// Whose fault it is.
    public enum Blame: String, Hashable, Sendable { case phone, terminal, pos, relay, destination, network }

    /// Where it was noticed.
    public enum Stage: String, Hashable, Sendable { case ingress, router, gateway, device, adapter, destination }
}

extension Refusal {
    public var blame: Blame {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .codeUsed, .codeExpired,
            .functionMismatch, .keyReused, .alreadyFinal:
            .phone
        case .unknownCommand, .noScanRule, .deviceBusy, .terminalOffline, .tooLate, .notYours: .terminal
        case .posOffline: .pos
        case .overloaded, .invalidShop, .nothingToReconcile: .relay
        case .relayLost: .network
        case .destinationUnavailable: .destination
        }
    }

    public var stage: Stage {
        switch self {
        case .malformed, .tooLarge, .overloaded, .relayLost: .ingress
        case .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand, .noScanRule, .deviceBusy,
            .codeUsed, .codeExpired, .functionMismatch, .keyReused, .terminalOffline, .posOffline,
            .destinationUnavailable, .tooLate, .notYours, .invalidShop, .alreadyFinal, .nothingToReconcile:
            .router
        }
    }

    /// Only a lost link leaves open whether the relay has taken the transaction on.
    public var sent: Certainty { self == .relayLost ? .maybe : .no }

    public var retry: Retry {
        switch self {
        case .malformed, .tooLarge, .unknownTerminal, .unknownApplication, .unknownTransaction, .unknownCommand,
            .noScanRule, .functionMismatch, .tooLate, .notYours, .invalidShop, .alreadyFinal, .nothingToReconcile:
            .no
        case .keyReused: .newKey
        case .codeUsed, .codeExpired: .newCode
        case .deviceBusy: .sameKey(after: .seconds(2))
        case .terminalOffline, .posOffline: .sameKey(after: .seconds(5))
        case .destinationUnavailable, .overloaded: .sameKey(after: .seconds(2))
        case .relayLost: .sameKey(after: .seconds(1))
        }
    }
}

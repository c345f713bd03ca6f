// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

extension Refusal {
    /// What a device can do about it; nil if no device can meet it.
    var sentence: String? {
        switch self {
        case .malformed: "The call does not conform to docs/devices.md. Fix the device's implementation."
        case .tooLarge, .unknownTransaction, .codeExpired, .terminalOffline, .notPermitted, .nothingToReconcile,
            .shopChanged, .invalidShop:
            nil
        case .unknownTerminal: "This device is not registered. Correct its ID, or register it."
        case .unknownApplication: "The application is not registered. Ask the operator."
        case .unknownCommand: "The relay does not know this command. Discard it."
        case .noScanRule: "No scan rule matches this code. Show that it is not accepted here."
        case .deviceBusy: "The device is busy with another transaction. Wait for its outcome, then repeat."
        case .codeUsed: "The code has already been used. Ask the customer for a new one."
        case .codeInUse: "Another transaction with this code is in progress. Wait for its outcome, then repeat."
        case .amountRequired: "Ask the merchant for the amount, then send the scan again with it."
        case .functionMismatch: "The application does not support this function. Ask the operator."
        case .keyReused: "The scan ID was already used for a different scan. Use a new one."
        case .posOffline: "The POS is not connected, or not paired. Repeat when it is, or take the payment at the POS."
        case .unknownPOS: "This POS is not registered. Correct its ID, or register it."
        case .terminalNotReady: "This terminal reported that it is not ready. Report that it is ready, then repeat."
        case .posNotReady: "The POS program is not ready. Start it, or take the payment at the POS."
        case .destinationUnavailable: "The destination is not available. Repeat later."
        case .overloaded: "The relay is at capacity. Repeat later."
        case .relayLost: "The gateway lost its router before the answer. Repeat under the same ID."
        case .tooLate: "The time limit has passed. Do not go on."
        case .outOfTurn: "Call hello first, then prove, then the others. Enter nothing before `proceed`."
        case .notYours: "The command or its sealed bytes belong to another device or session."
        case .alreadyFinal: "The transaction already has its outcome, which does not change."
        case .alreadyTaken:
            "The relay already accepted a different answer to this command, which counts. Wait for the outcome."
        }
    }
}

// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

extension Refusal {
    /// What a device can do about it; nil if no device can meet it.
    var sentence: String? {
        switch self {
        case .malformed: "The call does not fit docs/devices.md; mend the device."
        case .tooLarge, .unknownTransaction, .codeExpired, .terminalOffline, .nothingToReconcile, .shopChanged,
            .invalidShop:
            nil
        case .unknownTerminal: "No such device is registered; correct the ID or register it."
        case .unknownApplication: "The application is not registered; ask the operator."
        case .unknownCommand: "The relay does not know this command; forget it."
        case .noScanRule: "No scan rule fits this code; show that it is not accepted here."
        case .deviceBusy: "The device has a transaction already; wait for its outcome, then repeat."
        case .codeUsed: "This code was used before; ask the customer for a new one."
        case .codeInUse: "Another transaction with this code is under way; wait for its outcome, then repeat."
        case .amountRequired: "Ask the merchant for the amount, then scan again with it."
        case .functionMismatch: "The application does not have this function; ask the operator."
        case .keyReused: "This scan ID stands for another scan; make a new one."
        case .posOffline: "The POS agent is not connected; repeat when it is, or take the payment at the POS."
        case .unknownPOS: "No such POS is registered; correct the ID or register it."
        case .terminalNotReady: "This terminal has said that it is not ready; say that it is, then repeat."
        case .posNotReady: "The POS program is not ready; start it, or take the payment at the POS."
        case .destinationUnavailable: "The destination cannot be reached now; repeat a little later."
        case .overloaded: "The relay has too much to do; repeat a little later."
        case .relayLost: "The gateway lost its router and does not know; repeat under the same ID."
        case .tooLate: "The time for this is over; do not go on."
        case .outOfTurn: "Call hello first, then prove, then the others; enter nothing before `proceed`."
        case .notYours: "This command is another device's."
        case .alreadyFinal: "There is an outcome already, and it stays."
        case .alreadyTaken:
            "The relay has taken another word on this command, and it stays; the outcome tells the rest."
        }
    }
}

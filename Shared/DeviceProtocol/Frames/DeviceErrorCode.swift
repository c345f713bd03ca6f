import RelayDomain

/// The stable word of an error frame.
public enum DeviceErrorCode: Hashable, Sendable {
    /// The relay's own refusals.
    case refusal(Refusal)
    /// An action that this version does not know, or that this kind of device does not have.
    case unsupported
    /// A call that the session has no room for yet: `hello`, then `prove`, then the others.
    case outOfTurn
    /// More calls are open than ``DeviceLimits/callsMost``.
    case tooManyCalls
    /// The number of this call is still in use by another.
    case callInUse
    /// Terminals connect to the terminal gateway, POS agents to the POS gateway.
    case wrongGateway
    /// A word of a later version.
    case other(ReasonCode)

    private static let byText: [String: DeviceErrorCode] = {
        let own: [DeviceErrorCode] = [.unsupported, .outOfTurn, .tooManyCalls, .callInUse, .wrongGateway]
        let all = own + Refusal.allCases.map(DeviceErrorCode.refusal)
        return Dictionary(uniqueKeysWithValues: all.map { ($0.text, $0) })
    }()

    init(_ code: ReasonCode) { self = Self.byText[code.text] ?? .other(code) }

    /// The word on the wire.
    public var text: String {
        switch self {
        case .refusal(let refusal): refusal.rawValue
        case .unsupported: "unsupported"
        case .outOfTurn: "outOfTurn"
        case .tooManyCalls: "tooManyCalls"
        case .callInUse: "callInUse"
        case .wrongGateway: "wrongGateway"
        case .other(let code): code.text
        }
    }

    /// What it means and what to do, for the device's log.
    var sentence: String {
        switch self {
        case .refusal(let refusal): refusal.sentence
        case .unsupported: "This action is not understood here; docs/devices.md lists those that are."
        case .outOfTurn: "Call hello first, then prove, then the others."
        case .tooManyCalls: "Too many calls are open; wait for a reply, then call again."
        case .callInUse: "Another open call has this number; number calls one after the other."
        case .wrongGateway: "Terminals connect to the terminal gateway, POS agents to the POS gateway."
        case .other(let code): "The relay says \(code)."
        }
    }
}

extension Refusal {
    /// What a device can do about it.
    var sentence: String {
        switch self {
        case .malformed: "The call does not fit docs/devices.md; mend the device."
        case .tooLarge: "The frame is too large; send at most \(DeviceLimits.frameBytesMost) bytes."
        case .unknownTerminal: "No such device is registered; correct the ID or register it."
        case .unknownApplication: "The application is not registered; ask the operator."
        case .unknownTransaction: "The relay does not know this transaction."
        case .unknownCommand: "The relay does not know this command; forget it."
        case .noScanRule: "No scan rule fits this code; show that it is not accepted here."
        case .deviceBusy: "The device has a transaction already; wait for its outcome, then repeat."
        case .codeUsed: "This code was used before; ask the customer for a new one."
        case .codeExpired: "The code has expired; ask the customer for a new one."
        case .functionMismatch: "The application does not have this function; ask the operator."
        case .keyReused: "This scan ID stands for another scan; make a new one."
        case .terminalOffline: "The terminal is not connected; repeat when it is."
        case .posOffline: "The POS agent is not connected; repeat when it is, or take the payment at the POS."
        case .destinationUnavailable: "The destination cannot be reached now; repeat a little later."
        case .overloaded: "The relay has too much to do; repeat a little later."
        case .relayLost: "The gateway lost its router and does not know; repeat under the same ID."
        case .tooLate: "The time for this is over; do not go on."
        case .notYours: "This command is another device's."
        case .alreadyFinal: "There is an outcome already, and it stays."
        case .nothingToReconcile: "Nothing of this transaction waits for a person."
        case .invalidShop: "The shop's registration has a mistake; ask the operator."
        }
    }
}

// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

/// What a device's call has broken, if it is none of the relay's own refusals.
public enum SessionRule: String, Hashable, Sendable, CaseIterable {
    /// An action that this version does not know, or that this kind of device does not have.
    case unsupported
    /// More calls are open than a session may have.
    case tooManyCalls
    /// The number of this call is still in use by another.
    case callInUse
    /// Terminals connect to the terminal gateway, POS agents to the POS gateway.
    case wrongGateway
}

extension SessionRule {
    /// What to do, for the device's log.
    var sentence: String {
        switch self {
        case .unsupported: "This action is not understood here; docs/devices.md lists those that are."
        case .tooManyCalls: "Too many calls are open; wait for a reply, then call again."
        case .callInUse: "Another open call has this number; number calls one after the other."
        case .wrongGateway: "Terminals connect to the terminal gateway, POS agents to the POS gateway."
        }
    }

    var retry: Refusal.Retry {
        switch self {
        case .unsupported, .callInUse, .wrongGateway: .no
        case .tooManyCalls: .sameKey(after: .seconds(1))
        }
    }
}

// Generated from docs/errors.yaml by `make generate`: change it there.
import RelayDomain

/// What a device's call has broken, if it is none of the relay's own refusals.
public enum SessionRule: String, Hashable, Sendable, CaseIterable {
    /// The action is unknown to this version, or not available to this kind of device.
    case unsupported
    /// The session has too many open calls.
    case tooManyCalls
    /// Another open call has the same ID.
    case callInUse
    /// The device connected to the gateway of the other kind of device.
    case wrongGateway
}

extension SessionRule {
    /// What to do, for the device's log.
    var sentence: String {
        switch self {
        case .unsupported: "Unsupported action; docs/devices.md lists the supported ones."
        case .tooManyCalls: "Too many open calls. Wait for a reply, then call again."
        case .callInUse: "Another open call has the same ID. Number the calls consecutively."
        case .wrongGateway: "Wrong gateway. Terminals connect to the terminal gateway, POS agents to the POS gateway."
        }
    }

    var retry: Refusal.Retry {
        switch self {
        case .unsupported, .callInUse, .wrongGateway: .no
        case .tooManyCalls: .sameKey(after: .seconds(1))
        }
    }
}

import ServiceRuntime

/// Why the ingress cannot start.
public enum IngressError: StartFailure, Equatable {
    case cannotListen(address: String, reason: String)
    case keys(reason: String)

    public var line: String {
        switch self {
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); set BATON_LISTEN to a free address"
        case .keys(let reason): "\(reason); set BATON_KEYS to the folder that holds seal and digest"
        }
    }
}

import ServiceRuntime

/// Why an adapter cannot start.
public enum AdapterError: StartFailure, Equatable {
    case destination(String)
    case keys(reason: String)

    public var line: String {
        switch self {
        case .destination(let id): "BATON_DESTINATION=\(id): 1 to 64 of A-Z a-z 0-9 . _ - are expected"
        case .keys(let reason): "\(reason); set BATON_KEYS to the folder that holds seal"
        }
    }
}

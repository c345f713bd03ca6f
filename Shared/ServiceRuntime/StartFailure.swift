/// An error that ends a process with one line for an operator, instead of a stack trace.
///
/// Conform an error to it if the start of a service can fail for a reason that the operator can remove: a journal of a
/// newer version, a port in use, a key file that is missing. Errors that do not conform end the process too, with their
/// description and exit code 70.
public protocol StartFailure: Error {
    /// What happened and what to do next, in one line, without secrets.
    var line: String { get }
    /// The process's exit code; 70 (`EX_SOFTWARE` of sysexits.h) by default.
    var exitCode: Int32 { get }
}

extension StartFailure {
    public var exitCode: Int32 { 70 }
}

/// Why the runtime itself cannot start or continue.
public enum RuntimeError: StartFailure, Equatable {
    /// A folder below `BATON_HOME`, or the socket folder that replaces it, cannot be used.
    case folder(path: String, reason: String)
    /// The admin port cannot be bound.
    case adminPort(address: String, reason: String)
    /// The announcement of another process did not appear, or is not one.
    case announcement(path: String, reason: String)
    /// A service's `run()` returned although the process was not told to end.
    case ended(service: String)

    public var line: String {
        switch self {
        case .folder(let path, let reason):
            "cannot use \(path): \(reason); set BATON_HOME to a folder that this user owns"
        case .adminPort(let address, let reason):
            "cannot listen on \(address): \(reason); set BATON_ADMIN to a free address"
        case .announcement(let path, let reason):
            "\(path): \(reason)"
        case .ended(let service):
            "\(service) ended without being told to"
        }
    }
}

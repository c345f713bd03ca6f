/// Why a run has no result.
public enum ChaosError: Error, Equatable {
    case notStarted(String, reason: String)
    /// A process was not ready in time.
    case notReady(String, log: String)
    case folder(String, reason: String)
    /// A command of the operator failed.
    case refused(String, said: String)
    /// The sandbox did not provide what phones and the examination need.
    case sandbox(String)
    case journal(reason: String)
}

extension ChaosError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notStarted(let name, let reason): "\(name) could not be started: \(reason); build everything first"
        case .notReady(let name, let log): "\(name) was not ready in time; \(log) says more"
        case .folder(let path, let reason): "\(path): \(reason)"
        case .refused(let command, let said): "\(command) failed: \(said)"
        case .sandbox(let what): "the sandbox: \(what)"
        case .journal(let reason): "the journal cannot be read: \(reason)"
        }
    }
}

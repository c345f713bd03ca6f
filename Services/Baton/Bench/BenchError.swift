/// Why a run has no result.
public enum BenchError: Error, Equatable {
    /// A process of the relay, or a yardstick, could not be started.
    case notStarted(String, reason: String)
    /// A process did not become ready in time.
    case notReady(String, log: String)
    /// A process ended in the middle of the run.
    case ended(String, log: String)
    /// The router refused the shop.
    case shopRefused(String)
    /// Not all phones or terminals are connected.
    case notConnected(String)
    /// Phones still wait for their answer after the time limit.
    case silent(phones: Int)
    /// A peer sent something that the protocol does not allow.
    case protocolBroken(String)
    /// The sandbox issued no codes.
    case noCodes(reason: String)
    /// The journal cannot be counted.
    case journal(reason: String)
    case file(path: String, reason: String)
}

extension BenchError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notStarted(let name, let reason):
            "\(name) could not be started: \(reason); build everything first: swift build -c release"
        case .notReady(let name, let log): "\(name) was not ready in time; \(log) says more"
        case .ended(let name, let log): "\(name) ended during the run; \(log) says more"
        case .shopRefused(let reason): "the router refused the shop: \(reason)"
        case .notConnected(let what): "\(what)"
        case .silent(let phones): "\(phones) phones still wait for an answer"
        case .protocolBroken(let what): "a gateway sent \(what)"
        case .noCodes(let reason): "the sandbox issued no codes: \(reason)"
        case .journal(let reason): "the journal cannot be counted: \(reason)"
        case .file(let path, let reason): "\(path): \(reason)"
        }
    }
}

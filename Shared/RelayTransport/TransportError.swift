import CZeroMQ

/// Why the bus could not be set up. For the result of a single message see ``SendResult``.
public enum TransportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is not an address. Write `ipc:///directory` or `tcp://host:port`.
    case badAddress(String)
    /// An `ipc://` socket's path is too long for the operating system. Choose a shorter directory.
    case pathTooLong(path: String, bytes: Int, bytesMax: Int)
    /// The directory of `ipc://` sockets could not be made, or others may enter it.
    case badDirectory(String, reason: String)
    /// `tcp://` without keys is open to anyone who reaches the port. Configure keys, or use `insecure`.
    case keysMissing(address: String)
    /// The text is not a CURVE key, or the two halves do not match.
    case badKey(reason: String)
    /// This machine's libzmq was built without CURVE.
    case curveUnavailable
    /// The address is in use, is not of this machine, or is forbidden.
    case cannotBind(String, reason: String)
    /// The address cannot be understood by the system.
    case cannotConnect(String, reason: String)
    /// The reactor has been stopped.
    case stopped
    /// A libzmq call failed, usually because a limit of the process is reached.
    case libraryFailed(call: String, reason: String)

    public var description: String {
        switch self {
        case .badAddress(let text):
            "“\(text)” is not a bus address; write ipc:///directory or tcp://host:port"
        case .pathTooLong(let path, let bytes, let bytesMax):
            "the socket path \(path) has \(bytes) bytes, \(bytesMax) fit; choose a shorter directory"
        case .badDirectory(let path, let reason):
            "the socket directory \(path) cannot be used: \(reason)"
        case .keysMissing(let address):
            "\(address) would be neither encrypted nor authenticated, because this version has no setting for keys; "
                + "on a network that only the relay uses, BATON_INSECURE=1 allows it"
        case .badKey(let reason):
            "the CURVE key cannot be used: \(reason)"
        case .curveUnavailable:
            "this machine's libzmq has no CURVE; install one built with libsodium"
        case .cannotBind(let address, let reason):
            "cannot bind \(address): \(reason)"
        case .cannotConnect(let address, let reason):
            "cannot connect to \(address): \(reason)"
        case .stopped:
            "the reactor has been stopped"
        case .libraryFailed(let call, let reason):
            "\(call) failed: \(reason); check the process's limit of open files"
        }
    }

    /// The error of the libzmq call that has just failed on this thread.
    static func library(_ call: String) -> TransportError {
        .libraryFailed(call: call, reason: String(cString: zmq_strerror(zmq_errno())))
    }
}

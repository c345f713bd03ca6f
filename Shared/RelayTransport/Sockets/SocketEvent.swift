import CZeroMQ

/// What libzmq's I/O thread reports about a socket's connections. Each becomes the counter
/// `baton_bus_connections_total`.
///
/// It is the only place where a failed CURVE handshake is visible: sends return no error.
public enum SocketEvent: String, Sendable, CaseIterable {
    /// A peer has connected to a bound socket; nothing is agreed on yet.
    case accepted
    /// A connection to a bound socket, or of a connecting one, is ready for messages: keys are agreed on.
    case ready
    /// A connection has ended.
    case disconnected
    /// The other side does not speak ZeroMQ, uses another security mechanism, or disconnected during the handshake.
    case handshakeFailed
    /// The other side's key is not the expected one, or not allowed.
    case keyRefused
    /// Connecting failed and is tried again.
    case retried
    /// A connection could not be accepted, mostly because the process is out of file descriptors.
    case acceptFailed
    /// An address could not be bound.
    case bindFailed

    /// The events to ask libzmq for.
    static let mask =
        ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED
        | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
        | ZMQ_EVENT_CONNECT_RETRIED
        | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_BIND_FAILED

    /// Reads the first frame of a monitor's message: 16 bits event, 32 bits value, in the machine's order.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 6 else { return nil }
        switch Int32(bytes.loadUnaligned(as: UInt16.self)) {
        case ZMQ_EVENT_ACCEPTED: self = .accepted
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self = .ready
        case ZMQ_EVENT_DISCONNECTED: self = .disconnected
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: self = .handshakeFailed
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            self = Self.value(bytes) == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC ? .keyRefused : .handshakeFailed
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: self = .keyRefused
        case ZMQ_EVENT_CONNECT_RETRIED: self = .retried
        case ZMQ_EVENT_ACCEPT_FAILED: self = .acceptFailed
        case ZMQ_EVENT_BIND_FAILED: self = .bindFailed
        default: return nil
        }
    }

    /// The value in the same frame: of `accepted` and `disconnected` the connection's file.
    static func value(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        bytes.count == 6 ? Int32(bitPattern: bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self)) : -1
    }
}

/// Why a connection is closed: the WebSocket close code (RFC 6455, section 7.4) and a word.
public enum CloseReason: Hashable, Sendable {
    /// The device has finished.
    case done
    /// The gateway ends or restarts; connect again, to any gateway.
    case goingAway
    /// The peer violated the WebSocket protocol.
    case protocolError
    /// A binary frame.
    case notText
    /// A frame above ``DeviceLimits/frameBytesMax``.
    case tooLarge
    /// The gateway has as many connections as it may have.
    case overloaded
    /// A newer session of the same device is open.
    case replaced
    /// The other side gave no sign of life, or did not send `hello` or `prove` in time.
    case silent
    /// The session was refused; the error frame before says why.
    case refused
    /// More than ``DeviceLimits/faultsMax`` frames were malformed.
    case faulty
    /// The device, or its pairing, was removed from the registry.
    case unregistered
    /// A text that is not UTF-8 (RFC 6455, section 8.1).
    case notUTF8
    /// A code of a later version.
    case other(UInt16)

    /// Those with a code and a word of their own.
    private static let known: [CloseReason] = [
        .done, .goingAway, .protocolError, .notText, .notUTF8, .tooLarge, .overloaded, .replaced, .silent, .refused,
        .faulty, .unregistered,
    ]

    /// The reason of a close frame's code; an unknown code is kept as `other`.
    public init(code: UInt16) { self = Self.known.first { $0.code == code } ?? .other(code) }

    /// The close frame's code.
    public var code: UInt16 {
        switch self {
        case .done: 1000
        case .goingAway: 1001
        case .protocolError: 1002
        case .notText: 1003
        case .notUTF8: 1007
        case .tooLarge: 1009
        case .overloaded: 1013
        case .replaced: 4001
        case .silent: 4002
        case .refused: 4003
        case .faulty: 4004
        case .unregistered: 4005
        case .other(let code): code
        }
    }

    /// The reason text of the close frame.
    public var word: String {
        switch self {
        case .done: "done"
        case .goingAway: "goingAway"
        case .protocolError: "protocolError"
        case .notText: "notText"
        case .notUTF8: "notUTF8"
        case .tooLarge: "tooLarge"
        case .overloaded: "overloaded"
        case .replaced: "replaced"
        case .silent: "silent"
        case .refused: "refused"
        case .faulty: "faulty"
        case .unregistered: "unregistered"
        case .other(let code): "code\(code)"
        }
    }
}

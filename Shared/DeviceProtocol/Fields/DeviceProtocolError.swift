import JSONText

/// Why bytes are not a frame of this protocol. Names the place, never its contents, which may be a payment code.
public enum DeviceProtocolError: Error, Hashable, Sendable {
    /// More than ``DeviceLimits/frameBytesMax``.
    case tooLarge(bytes: Int)
    /// Not JSON (RFC 8259) as this protocol requires it: wrong at this byte, or a name occurs twice, or it is nested
    /// too deep, or too long.
    case notJSON(at: Int)
    /// JSON, but none of the four arrays of `docs/devices.md`.
    case notAFrame
    /// A call's action that this version does not know.
    case unknownAction
    /// An event that this version does not know.
    case unknownEvent
    /// The field is missing.
    case missing(field: String, expected: String)
    /// The field has another type or is out of its bounds.
    case unfit(field: String, expected: String)

    /// The field's path, such as `amount.currency`, if one is at fault.
    public var field: String? {
        switch self {
        case .missing(let field, _), .unfit(let field, _): field
        case .tooLarge, .notJSON, .notAFrame, .unknownAction, .unknownEvent: nil
        }
    }
}

extension DeviceProtocolError: CustomStringConvertible {
    /// One sentence about what to fix in the device's implementation.
    public var description: String {
        switch self {
        case .tooLarge(let bytes):
            "The frame has \(bytes) bytes; send at most \(DeviceLimits.frameBytesMax)."
        case .notJSON(let index):
            "The frame is not valid JSON, from byte \(index): send UTF-8, no name twice, at most "
                + "\(JSONLimits.frame.depthMax) levels and \(JSONLimits.frame.elementsMax) elements each."
        case .notAFrame:
            "Send [2,id,action,{…}], [3,id,{…}], [4,id,code,text,{…}] or [6,seq,event,{…}]."
        case .unknownAction:
            "This version does not know the action; docs/devices.md lists them."
        case .unknownEvent:
            "This version does not know the event; docs/devices.md lists them."
        case .missing(let field, let expected): "The field \(field) is missing: send \(expected)."
        case .unfit(let field, let expected): "The field \(field) is invalid: send \(expected)."
        }
    }
}

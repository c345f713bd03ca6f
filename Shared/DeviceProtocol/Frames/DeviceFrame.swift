/// One text frame on a device's connection; its body is not decoded yet.
///
/// Decoding the envelope first lets a gateway answer a call whose body it cannot read. A frame may contain a scanned
/// code: frames are never logged.
public enum DeviceFrame: Hashable, Sendable {
    /// Device → relay: `[2,id,action,{…}]`. From the relay it is reserved for a later version: devices answer that they
    /// do not know the action.
    case call(CallID, action: String, JSONObject)
    /// Relay → device: `[3,id,{…}]`.
    case result(CallID, JSONObject)
    /// Relay → device: `[4,id,code,text,{…}]`; no ID if the faulty frame had no readable one.
    case error(CallID?, DeviceError)
    /// Relay → device: `[6,seq,event,{…}]`.
    case event(sequence: UInt64, name: String, JSONObject)

    /// - Throws: ``DeviceProtocolError`` if the bytes are not one of the four frames.
    public init(_ bytes: [UInt8]) throws(DeviceProtocolError) {
        guard bytes.count <= DeviceLimits.frameBytesMax else { throw .tooLarge(bytes: bytes.count) }
        guard case .array(let elements) = try JSONValue(bytes), elements.count >= 3,
            case .integer(let kind) = elements[0]
        else {
            throw .notAFrame
        }
        switch (kind, elements.count) {
        case (2, 4):
            guard let id = CallID(elements[1]), case .string(let action) = elements[2],
                case .object(let body) = elements[3]
            else { throw .notAFrame }
            self = .call(id, action: action, body)
        case (3, 3):
            guard let id = CallID(elements[1]), case .object(let body) = elements[2] else { throw .notAFrame }
            self = .result(id, body)
        case (4, 5):
            let id = CallID(elements[1])
            guard id != nil || elements[1] == .null, case .string(let code) = elements[2],
                case .string(let text) = elements[3], case .object(let details) = elements[4]
            else { throw .notAFrame }
            self = .error(id, try DeviceError(code: code, text: text, details: details))
        case (6, 4):
            guard case .integer(let sequence) = elements[1], sequence > 0, case .string(let name) = elements[2],
                case .object(let body) = elements[3]
            else { throw .notAFrame }
            self = .event(sequence: UInt64(sequence), name: name, body)
        default:
            throw .notAFrame
        }
    }

    /// The frame's text, as UTF-8.
    public var bytes: [UInt8] {
        let elements: [JSONValue] =
            switch self {
            case .call(let id, let action, let body): [.integer(2), id.json, .string(action), .object(body)]
            case .result(let id, let body): [.integer(3), id.json, .object(body)]
            case .error(let id, let error):
                [
                    .integer(4), id?.json ?? .null, .string(error.code.text), .string(error.text),
                    .object(error.details),
                ]
            case .event(let sequence, let name, let body):
                [.integer(6), .integer(Int64(sequence)), .string(name), .object(body)]
            }
        return JSONValue.array(elements).bytes
    }
}

/// The number that matches a reply to its call: chosen by the device, from 1 to 2^53 - 1, not used by another open call
/// of the connection.
public struct CallID: Hashable, Sendable {
    /// From 1 to 2^53 - 1.
    public let number: Int64

    /// - Returns: nil if the number is out of bounds.
    public init?(_ number: Int64) {
        guard (1...DeviceLimits.wholeNumberMax).contains(number) else { return nil }
        self.number = number
    }

    init?(_ json: JSONValue) {
        guard case .integer(let number) = json else { return nil }
        self.init(number)
    }

    var json: JSONValue { .integer(number) }
}

import JSONText

public typealias JSONValue = JSONText.JSONValue
public typealias JSONObject = JSONText.JSONObject

extension JSONLimits {
    /// Of one device frame, and of one line between POS agent and POS program.
    static let frame = JSONLimits(depthMax: 10, fieldsMax: 64, elementsMax: 64)
}

extension JSONText.JSONValue {
    /// Reads one JSON text of any length.
    /// - Throws: ``DeviceProtocolError/notJSON(at:)``.
    public init(_ bytes: [UInt8]) throws(DeviceProtocolError) {
        do throws(JSONReader.Failure) {
            self = try JSONReader.read(bytes, within: .frame)
        } catch {
            throw .notJSON(at: error.index)
        }
    }
}

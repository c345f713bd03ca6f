import JSONText

public typealias JSONValue = JSONText.JSONValue
public typealias JSONObject = JSONText.JSONObject

extension JSONLimits {
    /// Of one device frame.
    static let frame = JSONLimits(depthMax: 10, fieldsMax: 64, elementsMax: 64)
    /// Of one line of a POS program. Its length bounds its lists: a receipt may have more lines than the relay keeps.
    static let line = JSONLimits(depthMax: 10, fieldsMax: 64, elementsMax: .max)
}

extension JSONText.JSONValue {
    /// Reads one JSON text of any length, within the bounds of a device frame.
    /// - Throws: ``DeviceProtocolError/notJSON(at:)``.
    public init(_ bytes: [UInt8]) throws(DeviceProtocolError) { try self.init(bytes, within: .frame) }

    /// Reads what a POS program says in one line, which the caller keeps short.
    /// - Throws: ``DeviceProtocolError/notJSON(at:)``.
    public init(line: [UInt8]) throws(DeviceProtocolError) { try self.init(line, within: .line) }

    private init(_ bytes: [UInt8], within limits: JSONLimits) throws(DeviceProtocolError) {
        do throws(JSONReader.Failure) {
            self = try JSONReader.read(bytes, within: limits)
        } catch {
            throw .notJSON(at: error.index)
        }
    }
}

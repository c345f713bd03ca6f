/// Reads the fields of one object by name, and names the one at fault. Fields that are not asked for are ignored.
struct FieldReader {
    private let object: JSONObject
    let path: String

    init(_ object: JSONObject, at path: String = "") {
        self.object = object
        self.path = path
    }

    /// A required field.
    func need<Value>(_ name: String, _ type: FieldType<Value>) throws(DeviceProtocolError) -> Value {
        guard let value = try may(name, type) else { throw .missing(field: path + name, expected: type.expected()) }
        return value
    }

    /// A field that may be absent or `null`.
    func may<Value>(_ name: String, _ type: FieldType<Value>) throws(DeviceProtocolError) -> Value? {
        guard let value = object[name], value != .null else { return nil }
        return try type.read(value, path + name)
    }

    /// The error for a field that contradicts the others.
    func contradiction(_ name: String, _ expected: String) -> DeviceProtocolError {
        .unfit(field: path + name, expected: expected)
    }
}

/// How one type of field is read, and what to send there.
struct FieldType<Value> {
    /// Completes the sentence "send …"; computed only when it is needed.
    let expected: () -> String
    /// Reads the value at a path.
    let read: (JSONValue, String) throws(DeviceProtocolError) -> Value

    init(
        _ expected: @autoclosure @escaping () -> String,
        read: @escaping (JSONValue, String) throws(DeviceProtocolError) -> Value
    ) {
        self.expected = expected
        self.read = read
    }

    /// A string that represents a value.
    static func string(_ expected: @autoclosure @escaping () -> String, _ value: @escaping (String) -> Value?)
        -> FieldType
    {
        FieldType(expected()) { (json, path) throws(DeviceProtocolError) in
            guard case .string(let text) = json, let value = value(text) else {
                throw .unfit(field: path, expected: expected())
            }
            return value
        }
    }

    /// A whole number that represents a value.
    static func integer(_ expected: @autoclosure @escaping () -> String, _ value: @escaping (Int64) -> Value?)
        -> FieldType
    {
        FieldType(expected()) { (json, path) throws(DeviceProtocolError) in
            guard case .integer(let number) = json, let value = value(number) else {
                throw .unfit(field: path, expected: expected())
            }
            return value
        }
    }

    /// An object that represents a value.
    static func object(
        _ expected: @autoclosure @escaping () -> String,
        _ value: @escaping (FieldReader) throws(DeviceProtocolError) -> Value
    ) -> FieldType {
        FieldType(expected()) { (json, path) throws(DeviceProtocolError) in
            guard case .object(let object) = json else { throw .unfit(field: path, expected: expected()) }
            return try value(FieldReader(object, at: path + "."))
        }
    }

    /// An array of at most `most` elements of one type.
    static func list<Element>(of type: FieldType<Element>, most: Int) -> FieldType where Value == [Element] {
        let expected = { "at most \(most) of: \(type.expected())" }
        return FieldType(expected()) { (json, path) throws(DeviceProtocolError) in
            guard case .array(let elements) = json, elements.count <= most else {
                throw .unfit(field: path, expected: expected())
            }
            var values: [Element] = []
            for (index, element) in elements.enumerated() { values.append(try type.read(element, "\(path)[\(index)]")) }
            return values
        }
    }

    /// The same, without the elements that cannot be read: a later version may have more words than this one.
    static func known<Element>(of type: FieldType<Element>, most: Int) -> FieldType where Value == [Element] {
        let expected = { "at most \(most) of: \(type.expected())" }
        return FieldType(expected()) { (json, path) throws(DeviceProtocolError) in
            guard case .array(let elements) = json, elements.count <= most else {
                throw .unfit(field: path, expected: expected())
            }
            return elements.compactMap { try? type.read($0, path) }
        }
    }
}

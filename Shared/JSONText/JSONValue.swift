/// One JSON value (RFC 8259).
///
/// The module reads and writes JSON itself: input from strangers has stated bounds, a name that occurs twice is
/// detected, and a gateway with ten thousand connections reads a frame in a few microseconds.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, as it is written.
    case otherNumber(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The value as JSON without space.
    public var bytes: [UInt8] { JSONWriter.write(self) }
}

/// The fields of a JSON object in the order in which they are written. No name occurs twice.
public struct JSONObject: Hashable, Sendable {
    /// In the order in which they were read or added.
    public private(set) var fields: [Field]

    /// A name and its value.
    public struct Field: Hashable, Sendable {
        /// The name, unescaped.
        public let name: String
        /// The value.
        public let value: JSONValue
    }

    /// An object without fields.
    public init() { fields = [] }

    /// An object of the fields that have a value; absent ones are left out.
    public init(_ fields: KeyValuePairs<String, JSONValue?>) {
        self.fields = []
        self.fields.reserveCapacity(fields.count)
        for (name, value) in fields {
            if let value { self.fields.append(Field(name: name, value: value)) }
        }
    }

    /// The same from names that are not literals.
    public init(_ fields: [(name: String, value: JSONValue?)]) {
        self.fields = fields.compactMap { name, value in value.map { Field(name: name, value: $0) } }
    }

    /// A linear search: objects here have about ten fields.
    public subscript(name: String) -> JSONValue? { fields.first { $0.name == name }?.value }

    /// - Returns: false if the name exists already; then nothing changed.
    mutating func append(_ name: String, _ value: JSONValue) -> Bool {
        guard self[name] == nil else { return false }
        fields.append(Field(name: name, value: value))
        return true
    }
}

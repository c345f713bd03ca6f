import Foundation

/// Decodes JSON into types, after a check that no name occurs twice: Foundation would silently use the first or the
/// last.
public enum StrictJSON {
    /// Reads one value.
    /// - Throws: ``JSONReader/Failure`` for invalid JSON, `DecodingError` for values of the wrong type.
    public static func decode<Value: Decodable>(_: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        let bytes = Array(bytes)
        _ = try JSONReader.read(bytes)
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}

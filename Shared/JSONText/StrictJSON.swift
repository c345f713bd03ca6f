import Foundation

/// Reads JSON into types, after it was seen to be JSON in which no name occurs twice: Foundation takes the first or the
/// last.
public enum StrictJSON {
    /// Reads one value.
    /// - Throws: ``JSONReader/Failure`` for what is no such JSON, `DecodingError` for what does not fit the type.
    public static func decode<Value: Decodable>(_: Value.Type, from bytes: some Sequence<UInt8>) throws -> Value {
        let bytes = Array(bytes)
        _ = try JSONReader.read(bytes)
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }
}

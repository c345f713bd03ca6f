import Foundation

/// The JSON of a submission, before anything is known about what it means. The one place that decodes it.
///
/// Unknown fields are ignored, and `null` is the same as absent.
struct SubmissionBody: Decodable {
    let terminal: String?
    let application: String?
    let operation: String?
    let code: String?
    let member: String?
    let amount: AmountBody?
    let codeExpiresAt: String?

    struct AmountBody: Decodable {
        let minorUnits: Int64?
        let currency: String?
        let program: String?

        private enum Key: String, CodingKey { case minorUnits, currency, program }

        /// A number with a fraction, or beyond 64 bits, is of the wrong type here; the decoder would call the text corrupt.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            do {
                minorUnits = try fields.decodeIfPresent(Int64.self, forKey: .minorUnits)
            } catch {
                let path = fields.codingPath + [Key.minorUnits]
                throw DecodingError.typeMismatch(Int64.self, .init(codingPath: path, debugDescription: ""))
            }
            currency = try fields.decodeIfPresent(String.self, forKey: .currency)
            program = try fields.decodeIfPresent(String.self, forKey: .program)
        }
    }

    /// The most bytes of a request's body.
    static let bytesMost = 16_384

    /// - Throws: ``Refusing`` with `malformed`, naming the field at fault and never its value.
    init(json bytes: [UInt8]) throws(Refusing) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Refusing(.malformed, "The body is not UTF-8. Send a JSON object in UTF-8.")
        }
        do {
            self = try Self.decoder.decode(SubmissionBody.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw Refusing(.malformed, Self.sentence(error))
        } catch {
            throw Refusing(.malformed, "The body cannot be read. Send a JSON object.")
        }
    }

    private static let decoder = JSONDecoder()

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            sentence(at: context.codingPath, expected: name(of: type))
        case .keyNotFound, .dataCorrupted:
            "The body is not JSON. Send one JSON object."
        @unknown default:
            "The body cannot be read. Send one JSON object."
        }
    }

    private static func sentence(at path: [any CodingKey], expected: String) -> String {
        guard !path.isEmpty else { return "The body is no JSON object. Send one with the fields of the API." }
        return "\(path.map(\.stringValue).joined(separator: ".")): \(expected) is expected."
    }

    private static func name(of type: Any.Type) -> String {
        if type == String.self { return "a text" }
        if type == Int64.self { return "a whole number" }
        return "an object"
    }
}

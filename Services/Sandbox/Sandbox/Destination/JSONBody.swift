import Foundation
import Hummingbird
import JSONText
import NIOCore

/// Reads and writes the JSON of requests and answers.
enum JSONBody {
    /// - Throws: ``SandboxProblem``: 400 if it is not a JSON object, 413, 422 naming the field.
    static func read<Body: Decodable>(_: Body.Type, from request: Request) async throws -> Body {
        let bytes = try await request.body.collect(upTo: SandboxContext.bodyMax)
        do {
            return try StrictJSON.decode(Body.self, from: bytes.readableBytesView)
        } catch JSONReader.Failure.nameTwice {
            throw SandboxProblem(code: .malformed, detail: "A name occurs twice in the body; send each field once.")
        } catch is JSONReader.Failure {
            throw SandboxProblem(code: .malformed, detail: "The body is not a JSON object.")
        } catch let error as DecodingError {
            throw problem(error)
        }
    }

    static func response(
        _ body: some Encodable, status: HTTPResponse.Status = .ok, twice: Bool = false
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        var bytes = try encoder.encode(body)
        if twice { bytes += [UInt8(ascii: "\n")] + bytes }
        return Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Names the field, never its value, which may be a code.
    private static func problem(_ error: DecodingError) -> SandboxProblem {
        switch error {
        case .keyNotFound(let key, let context):
            return .invalid(path(context.codingPath + [key]), "The field is missing.")
        case .typeMismatch(_, let context) where !context.codingPath.isEmpty,
            .valueNotFound(_, let context) where !context.codingPath.isEmpty,
            .dataCorrupted(let context) where !context.codingPath.isEmpty:
            return .invalid(path(context.codingPath), "The field has the wrong type, or is out of range.")
        case .typeMismatch, .valueNotFound, .dataCorrupted:
            return SandboxProblem(code: .malformed, detail: "The body is not a JSON object.")
        @unknown default:
            return SandboxProblem(code: .malformed, detail: "The body is not a JSON object.")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: ".") }
}

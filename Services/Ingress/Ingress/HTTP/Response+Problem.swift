import Hummingbird

extension Response {
    /// A problem document with its status and, where waiting helps, Retry-After.
    init(_ problem: Problem, _ headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        if let retryAfter = problem.retryAfter { headers[.retryAfter] = String(retryAfter) }
        let status = problem.code.httpStatus
        self.init(
            status: HTTPResponse.Status(code: status.code, reasonPhrase: status.phrase), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: problem.json)))
    }

    static func json(_ status: HTTPResponse.Status, _ bytes: [UInt8], _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension HTTPFields.Element.Name {
    /// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    static let idempotencyKey = Self("Idempotency-Key")!
    /// RFC 7240.
    static let prefer = Self("Prefer")!
    static let preferenceApplied = Self("Preference-Applied")!
    /// The HTML standard's server-sent events.
    static let lastEventID = Self("Last-Event-ID")!
}

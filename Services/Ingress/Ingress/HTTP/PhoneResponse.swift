import NIOHTTP1

/// The response to a phone. `Date`, `Content-Length` and `Connection` are added when it is written.
struct PhoneResponse {
    enum Body {
        case bytes([UInt8])
        /// Begins once the head is written, and continues until the stream ends it.
        case events(EventStream)
    }

    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    let body: Body

    init(_ status: HTTPResponseStatus, _ headers: HTTPHeaders = [:], _ body: Body = .bytes([])) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// A problem document with its status and, if waiting helps, Retry-After.
    init(_ problem: Problem, _ headers: HTTPHeaders = [:]) {
        var headers = headers
        headers.add(name: "Content-Type", value: "application/problem+json")
        headers.add(name: "Cache-Control", value: "no-store")
        if let retryAfter = problem.retryAfter { headers.add(name: "Retry-After", value: String(retryAfter)) }
        let status = problem.code.httpStatus
        self.init(
            HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.phrase), headers, .bytes(problem.json))
    }

    static func json(_ status: HTTPResponseStatus, _ bytes: [UInt8], _ headers: HTTPHeaders = [:]) -> PhoneResponse {
        var headers = headers
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Cache-Control", value: "no-store")
        return PhoneResponse(status, headers, .bytes(bytes))
    }
}

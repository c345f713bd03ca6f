import Hummingbird

/// An answer that is an error: a problem body (RFC 9457) that says what to do, and never repeats a value of the
/// request.
struct SandboxProblem: Error, Equatable {
    /// Stable words for what is wrong.
    enum Code: String, Sendable {
        case malformed, invalid, tooLarge, contradiction, notFound, unknownMember, overloaded, ledgerFailed
    }

    let code: Code
    /// A sentence for the developer of the sender.
    let detail: String
    /// The invalid field, as a path such as `amount.minorUnits`.
    var field: String?

    static func invalid(_ field: String, _ detail: String) -> SandboxProblem {
        SandboxProblem(code: .invalid, detail: detail, field: field)
    }

    var status: HTTPResponse.Status {
        switch code {
        case .malformed: .badRequest
        case .notFound, .unknownMember: .notFound
        case .contradiction: .conflict
        case .tooLarge: .contentTooLarge
        case .invalid: .unprocessableContent
        case .overloaded: .serviceUnavailable
        case .ledgerFailed: .internalServerError
        }
    }

    /// The problem for an error that was thrown.
    init(_ error: any Error) {
        switch error {
        case let problem as SandboxProblem: self = problem
        case SandboxError.overloaded:
            self.init(code: .overloaded, detail: "The sandbox is at capacity. Nothing was done: repeat later.")
        case let error as any HTTPResponseError where error.status == .contentTooLarge:
            self.init(code: .tooLarge, detail: "Send at most \(SandboxContext.bodyMax) bytes.")
        case let error as any HTTPResponseError where error.status.kind == .clientError:
            self.init(code: .notFound, detail: "Nothing is served at this address. See docs/sandbox.md.")
        default:
            self.init(code: .ledgerFailed, detail: "It may or may not be booked: inquire.")
        }
    }

    init(code: Code, detail: String, field: String? = nil) {
        self.code = code
        self.detail = detail
        self.field = field
    }
}

/// Turns every thrown error into a ``SandboxProblem``'s body.
struct ProblemMiddleware: RouterMiddleware {
    private struct Body: Encodable {
        let type = "about:blank"
        let title: String
        let status: Int
        let code: String
        let detail: String
        let field: String?
    }

    func handle(
        _ request: Request, context: SandboxContext, next: (Request, SandboxContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = SandboxProblem(error)
            let body = Body(
                title: problem.status.reasonPhrase, status: problem.status.code, code: problem.code.rawValue,
                detail: problem.detail, field: problem.field)
            var response = try JSONBody.response(body, status: problem.status)
            response.headers[.contentType] = "application/problem+json"
            if problem.code == .overloaded { response.headers[.retryAfter] = "1" }
            return response
        }
    }
}

import Hummingbird
import RelayDomain

/// The phones' HTTP API, as docs/openapi.yaml describes it: from a request to an answer, by way of ``RouterLine``.
struct PhoneAPI: HTTPResponder {
    typealias Context = PhoneContext

    let line: RouterLine
    let sealer: Sealer
    /// Bounds the requests that are being read or wait.
    let requests: Admission
    /// Bounds the event streams.
    let streams: Admission
    /// What stands before `/v1/transactions` in what a tag says; may be empty.
    let publicURL: String
    let metrics = IngressMetrics()

    func respond(to request: Request, context: PhoneContext) async throws -> Response {
        let begin = ContinuousClock.now
        var response = await answer(request, context)
        metrics.answered(response.status.code, after: .now - begin)
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    private func answer(_ request: Request, _ context: PhoneContext) async -> Response {
        switch Route(method: request.method.rawValue, path: request.uri.path) {
        case .submit: await admitted { await submit(request, context) }
        case .status(let id): await admitted { await status(id, request) }
        case .events(let id): await events(id, request)
        case .cancel(let id): await admitted { await cancel(id, request) }
        case .terminal(let id): await admitted { await terminal(id, request) }
        case .openAPI: .json(.ok, Array(OpenAPIDocument.json.utf8))
        case .methodNotAllowed(let allow): Response(Problem(.methodNotAllowed), [.allow: allow])
        case .unknownPath: Response(Problem(.unknownPath))
        }
    }

    private func admitted(_ work: () async -> Response) async -> Response {
        guard requests.enter() else { return Response(Problem(.overloaded)) }
        defer { requests.leave() }
        return await work()
    }

    private func submit(_ request: Request, _ context: PhoneContext) async -> Response {
        do {
            let wait = RequestHeaders.wait(request.headers[.prefer])
            let answer = await line.ask(.submit(try await sealed(request, context)), wait: wait ?? .zero)
            guard case .status(let status) = answer else { return response(to: answer) }
            var headers: HTTPFields = [.location: "/v1/transactions/\(status.id.text)"]
            if let wait { headers[.preferenceApplied] = "wait=\(wait.components.seconds)" }
            return .json(status.outcome == nil ? .accepted : .created, status.json, headers)
        } catch let refusing {
            return Response(Problem(refusing))
        }
    }

    /// Reads, checks and seals a request. Size comes first, then the key, the JSON, what it means, and last the expiry.
    private func sealed(
        _ request: Request, _ context: PhoneContext
    ) async throws(Refusing) -> SubmitTransaction {
        let receivedAt = line.time.now
        let bytes: [UInt8]
        do {
            bytes = try await context.arrival {
                Array(buffer: try await request.body.collect(upTo: SubmissionBody.bytesMost))
            }
        } catch {
            context.closeSoon()
            throw Refusing(.tooLarge, "The body: at most \(SubmissionBody.bytesMost) bytes are taken.")
        }
        let key = try RequestHeaders.idempotencyKey(request.headers[.idempotencyKey])
        let submission = try Submission(SubmissionBody(json: bytes), key: key, now: line.time.now)
        return try sealer.seal(submission, receivedAt: receivedAt)
    }

    private func status(_ text: String, _ request: Request) async -> Response {
        guard let id = TransactionID(text) else { return Response(Problem(.unknownTransaction)) }
        let wait = RequestHeaders.wait(request.headers[.prefer])
        return response(to: await line.ask(.status(id), wait: wait ?? .zero))
    }

    private func cancel(_ text: String, _ request: Request) async -> Response {
        guard let id = TransactionID(text) else { return Response(Problem(.unknownTransaction)) }
        let wait = RequestHeaders.wait(request.headers[.prefer])
        let answer = await line.ask(.cancel(id), wait: wait ?? .zero)
        guard case .status(let status) = answer else { return response(to: answer) }
        return .json(status.outcome == nil ? .accepted : .ok, status.json)
    }

    private func terminal(_ text: String, _ request: Request) async -> Response {
        guard let terminal = TerminalID(text) else { return Response(Problem(.unknownTerminal)) }
        let answer = await line.ask(.terminal(terminal), wait: .zero)
        let wantsHTML = request.headers[.accept]?.contains("text/html") ?? false
        guard case .terminal(let info) = answer, wantsHTML else { return response(to: answer) }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .vary: "Accept",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: TerminalPage.html(info))))
    }

    private func response(to answer: Answer) -> Response {
        switch answer {
        case .status(let status): .json(.ok, status.json)
        case .terminal(let info): .json(.ok, info.json(publicURL: publicURL), [.vary: "Accept"])
        case .problem(let problem): Response(problem)
        }
    }

    private func events(_ text: String, _ request: Request) async -> Response {
        guard let id = TransactionID(text) else { return Response(Problem(.unknownTransaction)) }
        guard streams.enter() else { return Response(Problem(.overloaded)) }
        let place = StreamPlace(streams)
        let seen = request.headers[.lastEventID].flatMap { UInt64($0) }
        switch await line.ask(.status(id), wait: .zero) {
        case .status(let status) where status.outcome != nil && status.version == seen:
            return Response(status: .noContent)  // Tells an EventSource not to come back.
        case .status where request.method != .head:
            return EventStream(id: id, line: line, seen: seen, place: place).response
        case .status: return Response(status: .ok, headers: [.contentType: "text/event-stream"])
        case .problem(let problem): return Response(problem)
        case .terminal: return Response(Problem(.internalError))
        }
    }
}

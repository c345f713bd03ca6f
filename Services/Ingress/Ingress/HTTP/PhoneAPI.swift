import HTTPEdge
import NIOCore
import NIOHTTP1
import RelayDomain
import ServiceRuntime
import StatusJSON

/// The phones' HTTP API, as docs/openapi.yaml describes it: from a request to a response, through ``RouterClient``.
///
/// Called on the event loop, where it also answers.
struct PhoneAPI: Sendable {
    let routers: RouterClient
    let sealer: Sealer
    /// Bounds the requests that wait for a router. Those that are still arriving are bounded by their connections.
    let requests: Admission
    /// Bounds the event streams…
    let streams: Admission
    /// …and those of one address.
    let streamsOfAddress: AddressAdmission
    /// The part before `/v1/transactions` in the answer to a tag; its path also begins `Location`.
    let publicURL: PublicURL?
    /// For requests that are answered here: only the number of connections limits them.
    private let others = Admission(most: .max)

    init(
        routers: RouterClient, sealer: Sealer, requests: Admission, streams: Admission,
        streamsOfAddress: AddressAdmission,
        publicURL: PublicURL?
    ) {
        (self.routers, self.sealer, self.requests, self.streams) = (routers, sealer, requests, streams)
        (self.streamsOfAddress, self.publicURL) = (streamsOfAddress, publicURL)
    }

    /// A request that begins to arrive.
    func begin(_ head: HTTPRequestHead) -> PhoneRequest {
        let route = Route(method: head.method.rawValue, path: RequestPath.of(target: head.uri))
        return PhoneRequest(head, route, receivedAt: routers.time.now)
    }

    /// The permit of a complete request; nil if there is none, and the phone gets 503.
    func permit(for request: PhoneRequest, from network: PeerNetwork) -> AdmissionPermit? {
        switch request.route {
        case .submit, .status, .cancel, .terminal: AdmissionPermit(among: requests)
        case .events: AdmissionPermit(among: streams, of: (streamsOfAddress, network))
        case .openAPI, .methodNotAllowed, .unknownPath: AdmissionPermit(among: others)
        }
    }

    /// Answers a complete request: at once, or when its router has answered.
    /// - Parameter permit: an event stream keeps it; otherwise the caller keeps it until the answer.
    func answer(_ request: PhoneRequest, in permit: AdmissionPermit, _ respond: @escaping (PhoneResponse) -> Void) {
        switch request.route {
        case .submit: submit(request, respond)
        case .status(let id): status(id, request, respond)
        case .events(let id): events(id, request, permit, respond)
        case .cancel(let id): cancel(id, request, respond)
        case .terminal(let id): terminal(id, request, respond)
        case .openAPI: respond(.json(.ok, Array(OpenAPIDocument.json.utf8)))
        case .methodNotAllowed(let allow): respond(PhoneResponse(Problem(.methodNotAllowed), ["Allow": allow]))
        case .unknownPath: respond(PhoneResponse(Problem(.unknownPath)))
        }
    }

    private func submit(_ request: PhoneRequest, _ respond: @escaping (PhoneResponse) -> Void) {
        let wait = RequestHeaders.wait(request.field("Prefer"))
        let submit: SubmitTransaction
        do {
            submit = try sealed(request)
        } catch let refusing {
            return respond(PhoneResponse(Problem(refusing)))
        }
        routers.request(.submit(submit), wait: wait ?? .zero) { answer in
            guard case .status(let status) = answer else { return respond(response(to: answer)) }
            var headers: HTTPHeaders = ["Location": "\(publicURL?.path ?? "")/v1/transactions/\(status.id.text)"]
            headers.add(contentsOf: applied(wait, to: request, status))
            respond(.json(status.outcome == nil ? .accepted : .created, status.json, headers))
        }
    }

    /// The header about the wait that was granted; empty if the request asked for none.
    private func applied(_ wait: Duration?, to request: PhoneRequest, _ status: TransactionStatus) -> HTTPHeaders {
        guard let wait else { return [:] }
        let waited = Duration.nanoseconds((NIODeadline.now() - request.begin).nanoseconds)
        return [
            "Preference-Applied": RequestHeaders.applied(wait, waited: waited, hasOutcome: status.outcome != nil)
        ]
    }

    /// Checks and seals a request: first the key, then the JSON, then what it means.
    private func sealed(_ request: PhoneRequest) throws(Refusing) -> SubmitTransaction {
        let key = try RequestHeaders.idempotencyKey(request.fields("Idempotency-Key"))
        let body = try SubmissionBody(json: Array(request.body.readableBytesView))
        return try sealer.seal(Submission(body, key: key), receivedAt: request.receivedAt)
    }

    private func status(_ text: String, _ request: PhoneRequest, _ respond: @escaping (PhoneResponse) -> Void) {
        guard let id = TransactionID(text) else { return respond(PhoneResponse(Problem(.unknownTransaction))) }
        let wait = RequestHeaders.wait(request.field("Prefer"))
        routers.request(.status(id), wait: wait ?? .zero) { answer in
            guard case .status(let status) = answer else { return respond(response(to: answer)) }
            respond(.json(.ok, status.json, applied(wait, to: request, status)))
        }
    }

    private func cancel(_ text: String, _ request: PhoneRequest, _ respond: @escaping (PhoneResponse) -> Void) {
        guard let id = TransactionID(text) else { return respond(PhoneResponse(Problem(.unknownTransaction))) }
        let wait = RequestHeaders.wait(request.field("Prefer"))
        routers.request(.cancel(id), wait: wait ?? .zero) { answer in
            guard case .status(let status) = answer else { return respond(response(to: answer)) }
            let headers = applied(wait, to: request, status)
            respond(.json(status.outcome == nil ? .accepted : .ok, status.json, headers))
        }
    }

    private func terminal(_ text: String, _ request: PhoneRequest, _ respond: @escaping (PhoneResponse) -> Void) {
        guard let terminal = TerminalID(text) else { return respond(PhoneResponse(Problem(.unknownTerminal))) }
        let wantsHTML = request.field("Accept")?.contains("text/html") ?? false
        routers.request(.terminal(terminal), wait: .zero) { answer in
            guard case .terminal(let info) = answer, wantsHTML else { return respond(response(to: answer)) }
            respond(PhoneResponse(.ok, TerminalPage.headers, .bytes(Array(TerminalPage.html(info).utf8))))
        }
    }

    private func response(to answer: PhoneAnswer) -> PhoneResponse {
        switch answer {
        case .status(let status): .json(.ok, status.json)
        case .terminal(let info): .json(.ok, info.json(publicURL: publicURL?.text ?? ""), ["Vary": "Accept"])
        case .problem(let problem): PhoneResponse(problem)
        }
    }

    private func events(
        _ text: String, _ request: PhoneRequest, _ permit: AdmissionPermit, _ respond: @escaping (PhoneResponse) -> Void
    ) {
        guard let id = TransactionID(text) else { return respond(PhoneResponse(Problem(.unknownTransaction))) }
        let seen = request.field("Last-Event-ID").flatMap { UInt64($0) }
        routers.request(.status(id), wait: .zero) { answer in
            switch answer {
            case .status(let status) where status.outcome != nil && status.version == seen:
                respond(PhoneResponse(.noContent))  // Tells an EventSource not to reconnect.
            case .status(let status):
                let stream = EventStream(of: status, routers, seen: seen, permit: permit)
                respond(PhoneResponse(.ok, EventStream.headers, request.isHead ? .bytes([]) : .events(stream)))
            case .problem(let problem): respond(PhoneResponse(problem))
            case .terminal: respond(PhoneResponse(Problem(.internalError)))
            }
        }
    }
}

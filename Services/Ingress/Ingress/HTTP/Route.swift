import HTTPEdge

/// The endpoint that a request's method and path name.
enum Route: Equatable {
    case submit
    case status(String)
    case events(String)
    case cancel(String)
    case terminal(String)
    case openAPI
    case methodNotAllowed(allow: String)
    case unknownPath

    /// Whether the API has it: a phone that requests it is no longer a stranger.
    var isKnown: Bool {
        switch self {
        case .submit, .status, .events, .cancel, .terminal, .openAPI: true
        case .methodNotAllowed, .unknownPath: false
        }
    }

    /// - Parameters:
    ///   - method: as in the request; `HEAD` is answered where `GET` is.
    ///   - path: as ``RequestPath`` reads it.
    init(method: String, path: some StringProtocol) {
        if method == "POST", path == "/v1/transactions" {  // Nearly every request.
            self = .submit
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let found: (Route, method: String)
        switch (parts.count, parts.first) {
        case (1, "openapi.json"): found = (.openAPI, "GET")
        case (2, "t"): found = (.terminal(String(parts[2])), "GET")
        case (2, "v1") where parts[2] == "transactions": found = (.submit, "POST")
        case (3, "v1") where parts[2] == "transactions": found = (.status(String(parts[3])), "GET")
        case (4, "v1") where parts[2] == "transactions" && parts[4] == "events":
            found = (.events(String(parts[3])), "GET")
        case (4, "v1") where parts[2] == "transactions" && parts[4] == "cancel":
            found = (.cancel(String(parts[3])), "POST")
        default:
            self = .unknownPath
            return
        }
        let isTaken = method == found.method || method == "HEAD" && found.method == "GET"
        self = isTaken ? found.0 : .methodNotAllowed(allow: found.method == "GET" ? "GET, HEAD" : found.method)
    }
}

/// A refusal as phones read it (RFC 9457).
struct PhoneProblem: Decodable, Sendable, CustomStringConvertible {
    let status: Int
    let code: String?
    let detail: String?
    let sent: String?
    let retry: Retry?

    struct Retry: Decodable, Sendable {
        let how: String
        /// In seconds.
        let after: Int64?
    }

    /// An answer that explains nothing.
    init(status: Int) {
        self.status = status
        (code, detail, sent, retry) = (nil, nil, nil, nil)
    }

    /// How long to wait before the same request may be sent again under the same key; nil where that is no use.
    var pauseBeforeRepeat: Duration? {
        retry?.how == "sameKey" ? .seconds(min(60, retry?.after ?? 1)) : nil
    }

    /// Whether the relay may have the request. An answer that explains nothing may be a proxy's, which had passed it on.
    var mayHaveBeenSent: Bool { sent.map { $0 != "no" } ?? (status >= 500) }

    var description: String {
        let what = code.map { "refused: \($0)" } ?? "HTTP status \(status)"
        return what + (detail.map { ". \($0)" } ?? "") + (sent == "maybe" ? " (sent: maybe)" : "")
    }
}

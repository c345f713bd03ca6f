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

    /// How long to wait before the same request may be sent again under the same key, 1 s to 60 s whatever the answer
    /// says; nil where that is no use.
    var pauseBeforeRepeat: Duration? {
        retry?.how == "sameKey" ? .seconds(max(1, min(60, retry?.after ?? 1))) : nil
    }

    /// Whether the relay may have the request. An answer that explains nothing may be a proxy's, which had passed it
    /// on.
    var mayHaveBeenSent: Bool { sent.map { $0 != "no" } ?? (status >= 500) }

    var description: String {
        let what = code.map { "refused: \($0.shown)" } ?? "HTTP status \(status)" + (isElsewhere ? Self.elsewhere : "")
        return what + (detail.map { ". \($0.shown)" } ?? "") + (sent == "maybe" ? " (sent: maybe)" : "")
    }

    /// Another address is named, to which nothing is sent: a code goes to the relay that was meant, or nowhere.
    private var isElsewhere: Bool { (300..<400).contains(status) }

    private static var elsewhere: String {
        " (it leads elsewhere, and that is not followed; name the ingress itself with --url)"
    }
}

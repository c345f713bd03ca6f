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

    /// An answer without a problem document.
    init(status: Int) {
        self.status = status
        (code, detail, sent, retry) = (nil, nil, nil, nil)
    }

    /// How long to wait before the same request may be sent again under the same key, 1 s to 60 s whatever the answer
    /// says; nil if a repeat cannot help.
    var pauseBeforeRepeat: Duration? {
        retry?.how == "sameKey" ? .seconds(max(1, min(60, retry?.after ?? 1))) : nil
    }

    /// Whether the relay may have the request. An answer without a problem document may come from a proxy that had
    /// passed the request on.
    var mayHaveBeenSent: Bool { sent.map { $0 != "no" } ?? (status >= 500) }

    var description: String {
        let what = code.map { "refused: \($0.shown)" } ?? "HTTP status \(status)" + (isElsewhere ? Self.elsewhere : "")
        return what + (detail.map { ". \($0.shown)" } ?? "") + (sent == "maybe" ? " (sent: maybe)" : "")
    }

    /// The answer redirects to another address. Nothing is sent there: a code goes only to the relay that was named.
    private var isElsewhere: Bool { (300..<400).contains(status) }

    private static var elsewhere: String {
        " (a redirect, which is not followed; name the ingress itself with --url)"
    }
}

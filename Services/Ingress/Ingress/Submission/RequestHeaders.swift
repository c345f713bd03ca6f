import RelayDomain

/// Reads a submission's header fields.
enum RequestHeaders {
    /// The idempotency key: the field's text, or the text in quotes (a string of RFC 8941).
    /// - Parameter fields: all occurrences of the field in the request.
    /// - Throws: ``Refusing`` with `malformed` if the field is absent, occurs twice or is no key.
    static func idempotencyKey(_ fields: [String]) throws(Refusing) -> SubmissionKeyText {
        guard fields.count <= 1 else {
            throw Refusing(.malformed, "The header Idempotency-Key occurs twice. Send one key.")
        }
        guard let field = fields.first else {
            throw Refusing(
                .malformed, "The header Idempotency-Key is missing. Send a key of your own, the same with each repeat.")
        }
        let isQuoted = field.utf8.count >= 2 && field.first == "\"" && field.last == "\""
        guard let key = SubmissionKeyText(isQuoted ? field.dropFirst().dropLast() : field[...]) else {
            throw Refusing(
                .malformed,
                "The header Idempotency-Key: 1 to 64 of the characters A-Z a-z 0-9 . _ - are expected, such as a UUID.")
        }
        return key
    }

    /// The longest wait for an outcome: less than the 60 s after which proxies give up an unanswered request.
    static let waitMax = Duration.seconds(50)

    /// How long the phone asks to wait: `wait=N` of the field Prefer (RFC 7240), at most ``waitMax``. An unreadable
    /// preference is ignored, as that RFC requires.
    static func wait(_ prefer: String?) -> Duration? {
        guard let prefer else { return nil }
        for preference in prefer.split(separator: ",") {
            guard let parts = preference.split(separator: ";").first?.split(separator: "=", maxSplits: 1),
                parts.count == 2, parts[0].trimmed.lowercased() == "wait"
            else { continue }
            let value = parts[1].trimmed
            let isQuoted = value.utf8.count >= 2 && value.first == "\"" && value.last == "\""
            guard let seconds = UInt32(isQuoted ? value.dropFirst().dropLast() : value) else { return nil }
            return min(.seconds(Int64(seconds)), waitMax)
        }
        return nil
    }

    /// The value of the field Preference-Applied: the whole wait, unless the answer came earlier without an outcome.
    /// That happens if the largest number of requests already wait for the transaction, and when the process ends.
    static func applied(_ wait: Duration, waited: Duration, hasOutcome: Bool) -> String {
        let isCutShort = !hasOutcome && wait - waited >= .seconds(1)
        return "wait=\((isCutShort ? waited : wait).components.seconds)"
    }
}

extension Substring {
    /// Without spaces and tabs at its ends.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

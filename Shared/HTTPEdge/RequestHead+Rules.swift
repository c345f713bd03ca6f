import NIOHTTP1

/// The bounds of a request's head, for both edges.
public enum RequestHeadLimits {
    /// Bytes of the request's target and of all names and values together.
    public static let bytesMax = 8_192
    /// Header fields.
    public static let fieldsMax = 64

    /// The same bounds for NIO's parser.
    public static var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = bytesMax
        limits.maxHeaderListSize = bytesMax
        limits.maxHeaderFieldCount = fieldsMax
        return limits
    }
}

extension HTTPRequestHead {
    /// Why two servers in a row could take this request for different hosts, in one sentence for the sender; nil if
    /// they could not. Such a request is answered 400, and its connection closed. The parser itself refuses other
    /// ambiguities (lengths, codings, folded lines, white space before a colon); RequestFramingTests check that.
    public var hostFault: String? {
        let hosts = headers["host"]
        if hosts.count > 1 { return "The header Host occurs twice. Send it once (RFC 9112, section 3.2)." }
        guard let host = hosts.first else {
            // HTTP/1.0 has none.
            return version.minor >= 1 ? "The header Host is missing. Send it once (RFC 9112, section 3.2)." : nil
        }
        return Self.isHost(host.withoutOuterSpace.utf8)
            ? nil : "The header Host is not a host and port (RFC 9110, section 7.2)."
    }

    /// Letters, digits and the other characters that RFC 3986 allows in a host and port, without white space and user
    /// names.
    private static func isHost(_ text: String.UTF8View) -> Bool {
        text.count <= 262
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._~%!$&'()*+;=:[]".utf8.contains(byte)
                }
            }
    }
}

extension String {
    /// Without the white space that is allowed around a header field's value (RFC 9110, section 5.5): space and tab.
    public var withoutOuterSpace: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        let begin = utf8.drop(while: isSpace)
        let end = begin.lastIndex { !isSpace($0) }.map { begin.index(after: $0) } ?? begin.startIndex
        return String(self[begin.startIndex..<end])
    }
}

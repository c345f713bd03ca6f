import NIOHTTP1

/// The most that the head of a request may have, as both edges read it.
public enum RequestHeadLimits {
    /// Bytes of the request's target and of all names and values together.
    public static let bytesMost = 8_192
    /// Header fields.
    public static let fieldsMost = 64

    public static var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = bytesMost
        limits.maxHeaderListSize = bytesMost
        limits.maxHeaderFieldCount = fieldsMost
        return limits
    }
}

extension HTTPRequestHead {
    /// What makes two servers in a row read this request differently, in one sentence for who sent it; nil if nothing
    /// does. Such a request is answered 400, and its connection closed. What the parser refuses by itself is not looked
    /// for again.
    public var ambiguity: String? {
        let hosts = headers["host"]
        if hosts.count > 1 { return "The header Host stands twice. Send it once (RFC 9112, section 3.2)." }
        if hosts.isEmpty, version.minor >= 1 {
            return "The header Host is missing. Send it once (RFC 9112, section 3.2)."
        }
        if let host = hosts.first, !Self.isHost(host.withoutOuterSpace.utf8) {
            return "The header Host is no host and port (RFC 9110, section 7.2)."
        }
        let codings = headers["transfer-encoding"]
        guard !codings.isEmpty else {
            return headers["content-length"].count > 1
                ? "The header Content-Length stands twice. Send it once (RFC 9112, section 6.3)." : nil
        }
        if headers.contains(name: "content-length") {
            return "Content-Length and Transfer-Encoding stand together. Send one of them (RFC 9112, section 6.1)."
        }
        guard version.minor >= 1, codings.count == 1, codings[0].withoutOuterSpace.lowercased() == "chunked" else {
            return "The header Transfer-Encoding: chunked alone is taken, of HTTP/1.1 (RFC 9112, section 6.1)."
        }
        return nil
    }

    /// Letters, digits and what else RFC 3986 lets stand in a host and port, without white space and without user names.
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
    /// Without the white space that may stand around a header field's value (RFC 9110, section 5.5): space and tab.
    public var withoutOuterSpace: String {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let first = utf8.first, let last = utf8.last, isSpace(first) || isSpace(last) else { return self }
        let begin = utf8.drop(while: isSpace)
        let end = begin.lastIndex { !isSpace($0) }.map { begin.index(after: $0) } ?? begin.startIndex
        return String(self[begin.startIndex..<end])
    }
}

/// How phones reach an ingress: `https://pay.example`, or `https://shop.example/pay` behind a proxy that removes the
/// path.
public struct PublicURL: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at its end; the host in lower case, without the scheme's default port (RFC 3986, 6.2.2).
    public let text: String
    /// The path, such as `/pay`; empty if there is none.
    public let path: String

    /// The most bytes.
    public static let most = 512

    /// - Returns: nil unless it is a scheme (`http`, `https`), a host, perhaps a port, and perhaps a path of plain
    ///   segments: no user, no query, no fragment, no empty segment, no `.` and no `..`. One slash at its end is
    ///   dropped.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.most, let scheme = ["http://", "https://"].first(where: text.hasPrefix) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let authority = String(rest.prefix { $0 != "/" })
        guard Self.isAuthority(authority) else { return nil }
        var path = rest.dropFirst(authority.count)
        if path.hasSuffix("/") { path = path.dropLast() }
        guard
            path.isEmpty
                || path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy(Self.isSegment)
        else { return nil }
        let implied = scheme == "http://" ? ":80" : ":443"
        let site = authority.hasSuffix(implied) ? authority.dropLast(implied.count) : authority[...]
        self.text = scheme + site.lowercased() + path
        self.path = String(path)
    }

    public var description: String { text }

    /// The ingress of this machine's `baton up`, at its default port.
    public static var ownIngress: PublicURL {
        guard let url = PublicURL("http://127.0.0.1:7780") else { preconditionFailure("it is a public address") }
        return url
    }

    /// Scheme, host and port.
    public var origin: String { String(text.dropLast(path.count)) }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool {
        let authority = String(origin.drop { $0 != "/" }.dropFirst(2))
        let host = HostPort(authority)?.host ?? authority
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "::1" || numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127
    }

    private static func isAuthority(_ text: String) -> Bool {
        let host = text.contains(":") ? HostPort(text)?.host : text
        guard let host, (1...253).contains(host.utf8.count) else { return false }
        return host.utf8.allSatisfy { byte in
            isLetterOrDigit(byte) || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
                || byte == UInt8(ascii: ":") && text.hasPrefix("[")
        }
    }

    private static func isSegment(_ text: Substring) -> Bool {
        !text.isEmpty && text != "." && text != ".."
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "-._~!$&'()*+,;=:@%".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension SettingKind<PublicURL> {
    /// How phones reach the ingress. Never repeated in an error: it may contain a password.
    public static var publicURL: Self {
        guard let example = PublicURL("https://pay.example") else { preconditionFailure("it is a public address") }
        return Self(
            expected: "http:// or https://, a host, and at most a path: no user, '?', '#' or '//'", example: example,
            isSecret: true,
            parse: { text throws(SettingProblem) in
                guard let url = PublicURL(text) else { throw .malformed }
                return url
            }, write: \.text)
    }
}

/// The path of a request's target, normalized for comparison.
///
/// Without the query, and without the part of an absolute target before the path (RFC 9112, section 3.2). Needless
/// percent-encoding is decoded (RFC 3986, section 6.2.2.2), and one slash at the end is ignored: `/t/counter%2D1/` is
/// `/t/counter-1`. The rest is unchanged.
public enum RequestPath {
    /// The normalized path of a request's target.
    public static func of(target: String) -> Substring {
        var path = target[...]
        if let query = path.utf8.firstIndex(of: UInt8(ascii: "?")) { path = path[..<query] }
        if !path.utf8.starts(with: "/".utf8), let scheme = path.firstRange(of: "://") {
            path = path[scheme.upperBound...]
            path = path.utf8.firstIndex(of: UInt8(ascii: "/")).map { path[$0...] } ?? "/"
        }
        if path.utf8.contains(UInt8(ascii: "%")) { path = decodingUnreserved(path)[...] }
        if path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
        return path
    }

    private static func decodingUnreserved(_ path: Substring) -> String {
        let bytes = Array(path.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16),
                isUnreserved(byte)
            {
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}
